"""Memory networks: a loop over sentences, and what one hop cannot do."""

import math

import pytest
import torch

from ml2020.rnn import Memory, answered, as_stored, drawn_memory, hop, without_places
from tests.refusals import refuses


def drawn(hops=2, networks=3, seed=0):
    memory = drawn_memory(hops, 6, 4, 5, range(seed, seed + networks))
    memory = Memory(*(10 * part.double() for part in memory))
    dice = torch.Generator().manual_seed(seed)
    X = torch.randint(3, (7, 4, 6), generator=dice).double()
    Q = torch.randint(3, (7, 6), generator=dice).double()
    return memory, X, Q


@pytest.mark.equation("eq-rnn-hop")
def test_it_answers_as_a_loop_over_networks_stories_and_sentences():
    memory, X, Q = drawn()
    found = answered(memory, X, Q)
    assert found.scores.shape == (3, 7, 5)
    for a in range(3):
        E, when, W = (part[a] for part in memory)
        for n in range(7):
            u = sum(Q[n, w] * E[0, w] for w in range(6))
            for k in range(2):
                m, c = (
                    [
                        sum(X[n, i, w] * E[j, w] for w in range(6)) + when[j, i]
                        for i in range(4)
                    ]
                    for j in (k, k + 1)
                )
                shares = [math.exp(float(u @ m[i])) for i in range(4)]
                alpha = [share / sum(shares) for share in shares]
                assert found.alphas[k][a, n].tolist() == pytest.approx(alpha)
                u = u + sum(alpha[i] * c[i] for i in range(4))
            torch.testing.assert_close(found.scores[a, n], W @ u)


@pytest.mark.equation("eq-rnn-onehop")
def test_with_one_hop_a_difference_of_scores_is_a_sum_over_sentences():
    memory, X, Q = drawn(hops=1, networks=1)
    E, when, W = (part[0] for part in memory)
    w = W[0] - W[1]
    scores = answered(memory, X, Q).scores[0]
    for n in range(7):
        u, total, terms = Q[n] @ E[0], 0.0, 0.0
        for i in range(4):
            share = math.exp(float(u @ (X[n, i] @ E[0] + when[0, i])))
            total += share
            terms += share * float(w @ (u + X[n, i] @ E[1] + when[1, i]))
        d = float(scores[n, 0] - scores[n, 1])
        assert d * total == pytest.approx(terms)


def test_without_places_sentences_may_change_among_each_other():
    memory, X, Q = drawn(seed=1)
    bag = without_places(memory)
    order = [2, 0, 3, 1]
    one, other = (answered(bag, x, Q).scores for x in (X, X[:, order]))
    torch.testing.assert_close(one, other)
    apart = answered(memory, X, Q).scores - answered(memory, X[:, order], Q).scores
    assert apart.abs().max() > 0.01
    assert memory.when.any()


def test_a_hop_adds_what_it_read_to_the_question():
    u, m, c = torch.zeros(1, 2), torch.zeros(1, 3, 2), torch.ones(1, 3, 2)
    read = hop(u + 1, m, c, torch.ones(1, 3, dtype=torch.bool))
    assert read.c.tolist() == [[2, 2]]
    torch.testing.assert_close(read.alpha, torch.full((1, 3), 1 / 3))


def test_a_seed_draws_the_same_network_of_deviation_0_1():
    one, two = (drawn_memory(2, 50, 8, 5, range(4)) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))
    assert one.E.shape == (4, 3, 50, 20)
    assert one.when.shape == (4, 3, 8, 20)
    assert one.W.shape == (4, 5, 20)
    assert one.E.std() == pytest.approx(0.1, rel=0.03)
    assert not torch.equal(one.E[0], one.E[1])
    assert one.E.dtype == torch.float32


def test_nothing_of_some_size_is_refused():
    for k, name in enumerate(("hops", "words", "sentences", "answers")):

        def call(size, k=k):
            sizes = [1, 1, 1, 1]
            sizes[k] = size
            return drawn_memory(*sizes, range(1))

        refuses(call, f"^{name} is .*: give 1 or more$", good=[1], bad=[0])
    refuses(
        lambda n: drawn_memory(1, 1, 1, 1, range(n)),
        "^seeds is .*: give 1 or more$",
        good=[1],
        bad=[0],
    )


def test_stories_of_other_sentences_or_words_are_refused():
    memory, X, Q = drawn()
    refuses(
        lambda pair: answered(memory, *pair),
        "^(X|Q) (has the shape .*: give it |is torch.float32, memory.E is)",
        good=[(X, Q)],
        bad=[
            (X[:, :3], Q),
            (X[..., :5], Q),
            (X, Q[:, :5]),
            (X, Q[:2]),
            (X.float(), Q),
            (X, Q.float()),
        ],
    )


def test_what_is_read_at_a_hop_is_what_is_matched_at_the_next():
    memory, X, _ = drawn()
    one = Memory(*(part[1] for part in memory))
    for k in range(3):
        wanted = torch.einsum("nsw,wd->nsd", X, one.E[k]) + one.when[k]
        torch.testing.assert_close(as_stored(one, X, k), wanted)
        torch.testing.assert_close(as_stored(memory, X, k)[1], wanted)
    refuses(
        lambda k: as_stored(memory, X, k),
        "^k is .*: give 0 to 2$",
        good=[0, 2],
        bad=[-1, 3],
    )
    refuses(
        lambda given: as_stored(memory, given, 0),
        "^X (has the shape .*: give it |is torch.float32, memory.E is)",
        good=[X],
        bad=[X[:, :3], X[..., :5], X.float()],
    )
