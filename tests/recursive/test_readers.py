"""Readers: shapes, states and scores of each kind against the cells alone."""

import math

import pytest
import torch

from ml2020.recursive import (
    READERS,
    TREES,
    WORDS,
    drawn_phrases,
    first_reader,
    prepared,
    scores_of,
    shapes_of,
    states_of,
    unpacked,
    words_of,
)
from ml2020.rnn import Sizes, last_scores
from tests.recursive.cells import dice
from tests.refusals import refuses, spoilt

PHRASES = [
    "good",
    ("not", ("very", "bad")),
    *drawn_phrases(6, range(4), generator=dice(2)),
]


def reader(kind, d=3, seed=0):
    return first_reader(kind, d, generator=dice(seed))


@pytest.mark.parametrize("kind", READERS)
def test_readers_side_by_side_are_each_their_own(kind, device):
    theta = torch.stack([reader(kind, seed=k) for k in range(2)]).to(device)
    read = prepared(kind, PHRASES)
    if kind == "bag of words":
        read = read.to(device)
    elif kind in ("Elman", "LSTM"):
        read = read._replace(X=read.X.to(device), lengths=read.lengths.to(device))
    both = scores_of(theta, kind, 3, read)
    assert both.shape == (2, len(PHRASES), 4)
    for k in range(2):
        torch.testing.assert_close(both[k], scores_of(theta[k], kind, 3, read))


@pytest.mark.parametrize("kind", READERS)
def test_a_phrase_s_scores_do_not_hang_on_those_that_are_read_with_it(kind):
    theta = reader(kind)
    together = scores_of(theta, kind, 3, prepared(kind, PHRASES))
    for k, tree in enumerate(PHRASES):
        alone = scores_of(theta, kind, 3, prepared(kind, [tree]))[0]
        torch.testing.assert_close(together[k], alone)


@pytest.mark.parametrize("kind", TREES)
def test_a_phrase_of_two_words_is_its_cell(kind):
    d, theta = 3, reader(kind)
    words, *parts, G, g = unpacked(theta, kind, d)
    rows = [words[WORDS.index(word)][None] for word in ("very", "good")]
    p = TREES[kind].compose(*rows, parts, d)
    forest = prepared(kind, [("very", "good")])
    torch.testing.assert_close(states_of(theta, kind, d, forest)[2:], p)
    scores = scores_of(theta, kind, d, forest)
    torch.testing.assert_close(scores, p[:, :d] @ G.T + g)


def test_a_bag_is_counted_and_a_chain_is_read_word_by_word():
    tree = ("not", ("very", "bad"))
    assert prepared("bag of words", [tree]).tolist() == [[0, 1, 1, 1, 0, 0, 0, 0]]
    X, lengths, _ = prepared("LSTM", ["good", tree])
    assert lengths.tolist() == [1, 3]
    assert X[:, 1].argmax(dim=1).tolist() == [2, 3, 1]
    assert X[1:, 0].sum() == 0
    theta = reader("LSTM")
    alone = last_scores(theta, "LSTM", Sizes(8, 3, 4), X[:, 1:])
    torch.testing.assert_close(
        scores_of(theta, "LSTM", 3, prepared("LSTM", [tree])), alone
    )


@pytest.mark.parametrize("kind", READERS)
def test_the_numbers_are_as_many_as_their_shapes_say(kind):
    count = sum(math.prod(shape) for shape in shapes_of(kind, 3))
    assert reader(kind).shape == (count,)
    met = unpacked(reader(kind), kind, 3)
    assert [tuple(part.shape) for part in met] == shapes_of(kind, 3)
    assert torch.equal(torch.cat([part.flatten() for part in met]), reader(kind))


def test_first_readers():
    d = 4
    words, W, W_M, *_ = unpacked(reader("MV-RNN", d), "MV-RNN", d)
    one = torch.eye(d)
    assert (words[:, d:].view(8, d, d) - one).abs().max() <= 0.1
    assert words[:, d:].std() > 0.1
    assert 0.7 < words[:, :d].abs().max() <= 1
    half = torch.cat([one, one], dim=1) / 2
    assert 0 < (W_M - half).abs().max() <= 0.1 / (2 * d) ** 0.5
    assert 0.8 < W.abs().max() * (2 * d) ** 0.5 <= 1
    _, V, W, *_ = unpacked(reader("RNTN", d), "RNTN", d)
    assert 0.8 < V.abs().max() * (2 * d) ** 1.5 <= 1
    _, _, b, *_ = unpacked(reader("Tree-LSTM", d), "Tree-LSTM", d)
    assert (b[0, 2 * d : 4 * d] == 1).all()
    assert (b[0, [*range(2 * d), *range(4 * d, 5 * d)]] < 1).all()
    _, _, b, *_ = unpacked(reader("LSTM", d), "LSTM", d)
    assert (b[0, 2 * d : 3 * d] == 1).all()
    assert (b[0, [*range(2 * d), *range(3 * d, 4 * d)]] < 1).all()
    assert not torch.equal(reader("RecNN"), reader("RecNN", seed=1))


def test_rejects_what_is_no_reader():
    for call in (
        lambda kind: shapes_of(kind, 2),
        lambda kind: prepared(kind, ["good"]),
    ):
        refuses(call, "^kind is GRU: choose one of bag", good=READERS, bad=["GRU"])
    refuses(
        lambda d: shapes_of("RNTN", d), "^d is 0: give 1 or more$", good=[1], bad=[0]
    )


def test_rejects_no_phrase_and_words_of_another_language():
    for kind in READERS:
        call = lambda trees, kind=kind: prepared(kind, trees)  # noqa: E731
        refuses(call, "^trees is empty: give at least one$", good=[["bad"]], bad=[[]])
        said = "^trees has 'fine', not in vocabulary: add it or drop it$"
        bad = [["fine"], ["good", ("not", "fine")]]
        refuses(call, said, good=[["bad"]], bad=bad)


def test_rejects_the_numbers_of_another_reader_and_what_is_no_number():
    theta, forest = reader("RecNN"), prepared("RecNN", ["good"])

    def call(numbers):
        return scores_of(numbers, "RecNN", 3, forest)

    said = f"^theta has .* numbers a row: give {len(theta)}$"
    refuses(call, said, good=[theta], bad=[theta[1:], torch.cat([theta, theta])])
    refuses(call, "^theta is empty: ", good=[theta], bad=[theta[:0]])
    said = "^theta has NaN or infinity: lower the rate, or draw it anew$"
    refuses(call, said, good=[theta], bad=spoilt(theta, math.nan, math.inf))


def test_words_are_read_from_the_left():
    X = prepared("Elman", [("not", "good")]).X
    assert [WORDS[k] for k in X[:, 0].argmax(dim=1)] == words_of(("not", "good"))


def test_rejects_states_of_chains_and_numbers_that_a_bag_cannot_take():
    forest = prepared("RecNN", ["good"])
    refuses(
        lambda kind: states_of(reader(kind), kind, 3, forest),
        "^kind is LSTM: choose one of RecNN",
        good=["RecNN"],
        bad=["LSTM"],
    )
    theta, read = reader("bag of words"), prepared("bag of words", ["good"])

    def call(numbers):
        return scores_of(numbers, "bag of words", 3, read)

    said = "^read is torch.float32, theta is torch.float64: "
    refuses(call, said, good=[theta], bad=[theta.double()])
    refuses(call, "^theta has NaN", good=[theta], bad=spoilt(theta, math.nan))
