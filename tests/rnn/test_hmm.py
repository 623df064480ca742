"""A hidden Markov model is counted, and its scores are logs of probabilities."""

import itertools
import math

import pytest
import torch

from ml2020.rnn import best_paths, counted, emission_scores, log_partition, path_score
from tests.refusals import refuses, spoilt

WORDS = [[0, 1, 2], [1], [2, 2]]  # places of three words
S = torch.tensor([[0, 1, 1], [0, -100, 0], [1, -100, -100]])
LENGTHS = torch.tensor([3, 1, 2])


def inputs(words=WORDS):
    X = torch.zeros(max(map(len, words)), len(words), 3, dtype=torch.float64)
    for k, sentence in enumerate(words):
        for t, word in enumerate(sentence):
            X[t, k, word] = 1
    return X


@pytest.mark.equation("eq-rnn-structured-hmm")
def test_the_score_of_a_path_is_the_log_of_a_product_of_counted_shares():
    X, a = inputs(), 0.5
    hmm = counted(X, LENGTHS, S, 2, a)
    firsts = [S[0, k].item() for k in range(3)]
    lasts = [S[n - 1, k].item() for k, n in enumerate(LENGTHS.tolist())]
    pairs, said = [], []
    for k, n in enumerate(LENGTHS.tolist()):
        labels = S[:n, k].tolist()
        pairs += itertools.pairwise(labels)
        said += zip(labels, WORDS[k], strict=True)

    def begin(label):
        return (firsts.count(label) + a) / (3 + 2 * a)

    def behind(label):  # two labels and the end
        return sum(one == label for one, _ in said) + 3 * a

    def step(one, other):
        return (pairs.count((one, other)) + a) / behind(one)

    def says(label, word):
        total = sum(one == label for one, _ in said)
        return (said.count((label, word)) + a) / (total + 3 * a)

    y = emission_scores(hmm, X)
    found = path_score(y, hmm.chain, LENGTHS, S)
    for k, n in enumerate(LENGTHS.tolist()):
        labels = S[:n, k].tolist()
        p = begin(labels[0]) * (lasts.count(labels[-1]) + a) / behind(labels[-1])
        for t, label in enumerate(labels):
            p *= says(label, WORDS[k][t])
            p *= step(labels[t - 1], label) if t else 1
        assert found[k].item() == pytest.approx(math.log(p))


def test_probabilities_add_up_to_one():
    hmm = counted(inputs(), LENGTHS, S, 2, 0.1)
    begin, A, end = (part.exp() for part in hmm.chain)
    assert begin.sum().item() == pytest.approx(1)
    torch.testing.assert_close(A.sum(dim=1) + end, torch.ones(2).double())
    torch.testing.assert_close(hmm.emission.exp().sum(dim=1), torch.ones(2).double())


def test_over_all_sentences_of_a_length_it_is_the_probability_to_end_there():
    hmm = counted(inputs(), LENGTHS, S, 2, 0.3)
    words = list(itertools.product(range(3), repeat=3))
    X = inputs(words)
    lengths = torch.full((27,), 3)
    total = log_partition(emission_scores(hmm, X), hmm.chain, lengths).exp().sum()
    begin, A, end = (part.exp() for part in hmm.chain)
    torch.testing.assert_close(total, begin @ A @ A @ end)


def test_much_smoothing_makes_all_alike():
    hmm = counted(inputs(), LENGTHS, S, 2, 1e9)
    thirds = torch.full((2, 3), -math.log(3)).double()
    torch.testing.assert_close(hmm.emission, thirds)


def test_what_is_counted_is_found_again():
    words = [[0, 1], [0, 1], [2, 2]]
    s = torch.tensor([[0, 0, 1], [1, 1, 0]])
    hmm = counted(inputs(words), torch.tensor([2, 2, 2]), s, 2, 0.01)
    y = emission_scores(hmm, inputs(words))
    assert torch.equal(best_paths(y, hmm.chain, torch.tensor([2, 2, 2]))[:, 0], s[:, 0])


def test_bad_numbers_are_refused():
    X = inputs()
    refuses(
        lambda smoothing: counted(X, LENGTHS, S, 2, smoothing),
        "^smoothing is .*: give a positive number$",
        good=[1e-9],
        bad=[0.0, -1.0, math.nan, math.inf],
    )
    refuses(
        lambda labels: counted(X, LENGTHS, S * 0, labels, 1.0),
        "^labels is .*: give 1 or more$",
        good=[1],
        bad=[0],
    )
    refuses(
        lambda s: counted(X, LENGTHS, s, 2, 1.0),
        "^s has labels outside 0 to 1",
        good=[S],
        bad=[S + 1, S - 1],
    )
    refuses(
        lambda lengths: counted(X, lengths, S, 2, 1.0),
        "^lengths are outside 1 to 3",
        good=[LENGTHS],
        bad=[LENGTHS * 0, LENGTHS + 1],
    )


def test_words_that_cannot_be_counted_are_refused_and_so_is_their_padding():
    X = inputs()
    behind = X.clone()
    behind[2, 1] = math.nan  # behind the end of the second sentence
    refuses(
        lambda X: counted(X, LENGTHS, S, 2, 1.0),
        "^X has NaN or infinity: mend those words, and put zeros behind the ends$",
        good=[X],
        bad=[*spoilt(X, math.nan, math.inf), behind],
    )
    refuses(
        lambda X: counted(X, LENGTHS, S, 2, 1.0),
        "^X has numbers below 0: give each word 1-of-N$",
        good=[X],
        bad=spoilt(X, -1.0),
    )


@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
def test_a_smoothing_that_its_type_cannot_hold_is_refused(kind):
    X = inputs().to(kind)
    about = torch.finfo(kind)
    least, most = about.tiny * 14, about.max / 14  # 3 times 3 words, 2 labels, 3 places
    refuses(
        lambda smoothing: counted(X, LENGTHS, S, 2, smoothing),
        r"^smoothing is .*: give .* to .*, or X.double\(\)$",
        good=[least, most],
        bad=[least / 1.01, about.tiny / 1e3, most * 1.01],
    )
    for smoothing in (least, most):
        hmm = counted(X, LENGTHS, S, 2, smoothing)
        assert all(part.isfinite().all() for part in (*hmm.chain, hmm.emission))


def test_words_with_other_places_than_those_counted_are_refused():
    X = inputs()
    hmm = counted(X, LENGTHS, S, 2, 1.0)
    refuses(
        lambda X: emission_scores(hmm, X),
        r"^X has the shape .*: give it \(3, 3, 3\)$",
        good=[X],
        bad=[X[..., :2], torch.cat([X, X], dim=-1)],
    )
    refuses(
        lambda X: emission_scores(hmm, X),
        r"^X is torch.float32, hmm.emission is torch.float64: give X.to\(hmm",
        good=[X],
        bad=[X.float()],
    )
