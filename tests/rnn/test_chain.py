"""Scores of paths and their sum, held against the enumeration of all paths."""

import itertools
import math

import pytest
import torch

from ml2020.rnn import Chain, log_partition, log_sum_exp, next_forward, path_score
from tests.refusals import refuses, spoilt

INF = math.inf


def drawn(T=4, n=3, labels=3, networks=(), seed=0):
    dice = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return 2 * torch.randn(shape, generator=dice, dtype=torch.float64)

    chain = Chain(
        normal(*networks, labels),
        normal(*networks, labels, labels),
        normal(*networks, labels),
    )
    lengths = torch.tensor([T, 1, 2])[:n]
    return normal(T, *networks, n, labels), chain, lengths


def all_paths(labels, length):
    return list(itertools.product(range(labels), repeat=length))


def by_loop(y, chain, path):
    """The score of one path over one sentence, y (T, labels)."""
    total = chain.begin[path[0]] + chain.end[path[-1]]
    for t, label in enumerate(path):
        total = total + y[t, label]
    for one, other in itertools.pairwise(path):
        total = total + chain.A[one, other]
    return total


@pytest.mark.equation("eq-rnn-structured-score")
def test_the_score_of_a_path_is_the_sum_of_words_and_neighbours():
    y, chain, lengths = drawn()
    s = torch.tensor([[0, 2, 1], [1, -100, 1], [2, 77, 9], [1, 5, -1]])
    found = path_score(y, chain, lengths, s)
    for k, length in enumerate(lengths.tolist()):
        expected = by_loop(y[:, k], chain, s[:length, k].tolist())
        torch.testing.assert_close(found[k], expected)


@pytest.mark.equation("eq-rnn-structured-forward")
@pytest.mark.parametrize("seed", range(3))
def test_the_sum_over_paths_is_that_of_an_enumeration(seed):
    y, chain, lengths = drawn(seed=seed)
    found = log_partition(y, chain, lengths)
    for k, length in enumerate(lengths.tolist()):
        scores = [by_loop(y[:, k], chain, path) for path in all_paths(3, length)]
        torch.testing.assert_close(found[k], torch.stack(scores).logsumexp(dim=0))


def test_scores_of_a_thousand_words_do_not_overflow():
    y = torch.full((1000, 1, 2), 500.0).double()
    chain = Chain(*(torch.zeros(size).double() for size in (2, (2, 2), 2)))
    found = log_partition(y, chain, torch.tensor([1000]))
    assert found.item() == pytest.approx(1000 * (500 + math.log(2)), rel=1e-12)


def test_networks_side_by_side_are_each_alone():
    y, chain, lengths = drawn(networks=(2,))
    s = torch.tensor([[0, 2, 1], [1, -100, 1], [2, 0, 0], [1, 0, 0]])
    both = path_score(y, chain, lengths, s), log_partition(y, chain, lengths)
    for k in range(2):
        alone = Chain(*(part[k] for part in chain))
        one = path_score(y[:, k], alone, lengths, s)
        torch.testing.assert_close(both[0][k], one)
        torch.testing.assert_close(both[1][k], log_partition(y[:, k], alone, lengths))


@pytest.mark.parametrize("filling", [0.0, 1e6, math.nan, INF])
def test_what_stands_behind_the_end_does_not_count(filling):
    y, chain, lengths = drawn()
    s = torch.tensor([[0, 2, 1], [1, 0, 1], [2, 0, 0], [1, 0, 0]])
    clean = y.clone().requires_grad_()
    other = y.clone()
    for k, length in enumerate(lengths.tolist()):
        other[length:, k] = filling
    other.requires_grad_()
    slopes = []
    for scores in (clean, other):
        loss = log_partition(scores, chain, lengths).sum()
        loss = loss + 2 * path_score(scores, chain, lengths, s).sum()
        (slope,) = torch.autograd.grad(loss, scores)
        slopes.append((loss, slope))
    torch.testing.assert_close(slopes[0], slopes[1])
    for k, length in enumerate(lengths.tolist()):
        assert not slopes[1][1][length:, k].any()


def test_where_every_path_is_forbidden_the_sum_is_minus_infinity():
    y, chain, lengths = drawn()
    no = chain._replace(A=torch.full_like(chain.A, -INF))
    found = log_partition(y, no, lengths)
    assert found[[0, 2]].tolist() == [-INF, -INF]
    assert found[1].isfinite()  # a single word has no neighbours


def test_one_allowed_path_is_the_sum():
    y, chain, lengths = drawn(n=1)
    A = torch.full_like(chain.A, -INF)
    A[0, 1], A[1, 0] = 0.5, -0.5
    chain = Chain(torch.tensor([1.0, -INF, -INF]).double(), A, torch.zeros(3).double())
    expected = y[0, 0, 0] + y[1, 0, 1] + y[2, 0, 0] + y[3, 0, 1] + 1 + 0.5
    torch.testing.assert_close(log_partition(y, chain, lengths)[0], expected)


def test_a_step_sums_over_the_label_before():
    alpha, y_t = torch.tensor([[1.0, 2.0]]), torch.tensor([[10.0, 20.0]])
    A = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    first = 10 + math.log(math.exp(1 + 0) + math.exp(2 + 2))
    second = 20 + math.log(math.exp(1 + 1) + math.exp(2 + 3))
    found = next_forward(alpha, y_t, A)
    torch.testing.assert_close(found, torch.tensor([[first, second]]))


def test_numbers_that_are_none_are_refused():
    y, chain, lengths = drawn()
    s = torch.zeros(4, 3, dtype=torch.int64)
    for call in (
        lambda y, chain: log_partition(y, chain, lengths),
        lambda y, chain: path_score(y, chain, lengths, s),
    ):
        said = "has NaN or inf: lower the rate, or mend the scores$"
        forbids = y.clone()
        forbids[0] = -INF
        refuses(
            lambda y, call=call: call(y, chain),
            f"^y {said}",
            good=[y, forbids],
            bad=[b for bad in (math.nan, INF) for b in spoilt(y, bad)[:2]],
        )
        for name in Chain._fields:
            part = getattr(chain, name)
            refuses(
                lambda part, call=call, name=name: call(
                    y, chain._replace(**{name: part})
                ),
                f"^chain.{name} {said}",
                good=[part, torch.full_like(part, -INF)],
                bad=spoilt(part, math.nan, INF),
            )


def test_shapes_lengths_and_labels_that_do_not_match_are_refused():
    y, chain, lengths = drawn()
    s = torch.zeros(4, 3, dtype=torch.int64)
    for name in Chain._fields:
        part = getattr(chain, name)
        refuses(
            lambda part, name=name: log_partition(
                y, chain._replace(**{name: part}), lengths
            ),
            f"^chain.{name} has the shape .*: give it",
            good=[part],
            bad=[part[:2], part[None]],
        )
    refuses(
        lambda lengths: log_partition(y, chain, lengths),
        "^lengths (are outside 1 to 4: drop empty|has the shape)",
        good=[lengths, torch.tensor([1, 1, 4])],
        bad=[torch.tensor([0, 1, 2]), torch.tensor([5, 1, 2])],
    )
    wrong = s.clone()
    wrong[0, 0] = 3
    below = s.clone()
    below[0, 1] = -1
    hidden = s.clone()
    hidden[1:, 1] = 9  # behind the end
    refuses(
        lambda s: path_score(y, chain, lengths, s),
        "^s has labels outside 0 to 2: mend them$",
        good=[s, s + 2, hidden],
        bad=[wrong, below],
    )


def test_a_log_of_a_sum_is_torchs_and_its_slopes_are_none_where_all_is_forbidden():
    scores = torch.tensor([[1.0, -INF, 3.0], [-INF, -INF, -INF]], requires_grad=True)
    found = log_sum_exp(scores, dim=1)
    expected = torch.tensor([math.log(math.e + math.e**3), -INF])
    torch.testing.assert_close(found, expected)
    assert torch.equal(log_sum_exp(scores.mT, dim=0), found)
    (slope,) = torch.autograd.grad(found[0] + found[1], scores)
    torch.testing.assert_close(slope[0], scores[0].detach().softmax(dim=0))
    assert not slope[1].any()
    assert torch.autograd.gradcheck(
        lambda x: log_sum_exp(x, dim=0), torch.randn(3, 2).double().requires_grad_()
    )


def unreachable(chain):
    """The chain, with a label that nothing may stand before, nor may it begin."""
    A, begin = chain.A.clone(), chain.begin.clone()
    A[:, 2] = begin[2] = -INF
    return chain._replace(A=A, begin=begin)


def test_a_label_that_cannot_be_reached_leaves_the_other_slopes_as_they_are():
    y, chain, lengths = drawn()
    slopes = []
    for kept, scores in ((3, unreachable(chain)), (2, chain)):
        parts = (y[..., :kept], scores.begin[:kept], scores.A[:kept, :kept])
        watched = [part.clone().requires_grad_() for part in parts]
        own = Chain(watched[1], watched[2], scores.end[:kept])
        total = log_partition(watched[0], own, lengths)
        slopes.append((total, *torch.autograd.grad(total.sum(), watched)))
    torch.testing.assert_close(slopes[0][0], slopes[1][0])
    for with_it, without in zip(slopes[0][1:], slopes[1][1:], strict=True):
        cut = tuple(slice(size) for size in without.shape)
        torch.testing.assert_close(with_it[cut], without)
        assert with_it.abs().sum() == pytest.approx(without.abs().sum().item())


def test_where_every_path_is_forbidden_there_are_no_slopes():
    y, chain, lengths = drawn()
    no = chain._replace(A=torch.full_like(chain.A, -INF))
    watched = y.clone().requires_grad_()
    found = log_partition(watched, no, lengths)
    (slope,) = torch.autograd.grad(found[[0, 2]].sum(), watched)
    assert not slope.any()


def test_sums_that_overflow_are_refused():
    lengths = torch.tensor([4])
    nothing = Chain(*(torch.zeros(size) for size in (2, (2, 2), 2)))
    most = torch.finfo(torch.float32).max
    s = torch.zeros(4, 1, dtype=torch.int64)
    for call in (
        lambda y, chain: log_partition(y, chain, lengths),
        lambda y, chain: path_score(y, chain, lengths, s),
    ):
        refuses(
            lambda y, call=call: call(y, nothing),
            "^y and chain have sums that overflow: lower the rate$",
            good=[torch.full((4, 1, 2), 0.19 * most)],
            bad=[torch.full((4, 1, 2), sign * 0.21 * most) for sign in (-1, 1)],
        )
    y = torch.zeros(4, 1, 2)
    for name in Chain._fields:
        part = getattr(nothing, name)
        refuses(
            lambda part, name=name: log_partition(
                y, nothing._replace(**{name: part}), lengths
            ),
            "^y and chain have sums that overflow: lower the rate$",
            good=[part + 0.19 * most],
            bad=[part + 0.21 * most, part - most],
        )
