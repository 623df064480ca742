"""Taggers: what they read, what they say, and what is refused."""

import math

import pytest
import torch

from ml2020.rnn import (
    TAGS,
    Tagger,
    best_alone,
    best_paths,
    chain_in,
    first_tagger,
    known_words,
    lstm_step,
    one_of_known,
    spoken_tickets,
    tagged,
    unpacked,
    unrolled,
    word_scores,
)
from ml2020.rnn.lstm import Cell
from ml2020.rnn.network import Sizes
from ml2020.rnn.taggers import UNITS, windows
from tests.refusals import refuses

READS = ("one word", "window", "wide window", "BiLSTM")


@pytest.fixture(scope="module")
def spoken():
    return spoken_tickets(20, 0.1, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def places(spoken):
    return one_of_known(spoken, known_words(spoken))


def random_theta(tagger, networks=2, seed=0):
    dice = torch.Generator().manual_seed(seed)
    size = first_tagger(tagger, 0).shape[1]
    return torch.randn(networks, size, generator=dice)


@pytest.mark.parametrize("side", [0, 2, 8])
def test_a_window_is_a_word_with_so_many_on_each_side(places, side):
    X = places
    wide = windows(X, side)
    T, n, places = X.shape
    assert wide.shape == (T, n, (2 * side + 1) * places)
    for t in range(T):
        parts = wide[t].split(places, dim=-1)
        for part, near in zip(parts, range(-side, side + 1), strict=True):
            there = 0 <= t + near < T
            expected = X[t + near] if there else torch.zeros_like(X[t])
            assert torch.equal(part, expected)


@pytest.mark.parametrize(
    ("reads", "near"), [("one word", 0), ("window", 2), ("wide window", 8)]
)
def test_a_word_reaches_as_far_as_the_window_that_sees_it(reads, near):
    T = 12
    tagger, lengths = Tagger(reads, False, 2, 3), torch.tensor([T])
    theta = random_theta(tagger)
    X = torch.zeros(T, 1, 2)
    other = X.clone()
    other[0, 0, 1] = 1
    one, two = (word_scores(theta, tagger, x, lengths)[:, 0, 0] for x in (X, other))
    moved = (one != two).any(dim=-1)
    assert moved.tolist() == [t <= near for t in range(T)]


@pytest.mark.parametrize("joint", [False, True])
def test_the_scores_of_a_window_are_a_sum_over_its_words(places, spoken, joint):
    X = places
    tagger = Tagger("window", joint, X.shape[-1], len(TAGS))
    theta = random_theta(tagger)
    found = word_scores(theta, tagger, X, spoken.lengths)
    width = 5 * X.shape[-1]
    for k in range(2):
        rows = theta[k, : len(TAGS) * (width + 1)].view(len(TAGS), width + 1)
        expected = windows(X, 2) @ rows[:, :-1].T + rows[:, -1]
        torch.testing.assert_close(found[:, k], expected, atol=1e-4, rtol=1e-4)


def test_the_scores_of_a_bilstm_are_those_of_two_loops(places, spoken):
    X = places
    tagger = Tagger("BiLSTM", True, X.shape[-1], len(TAGS))
    theta = first_tagger(tagger, 3) + 0.0
    found = word_scores(theta, tagger, X, spoken.lengths)[:, 0]
    own = theta[0, : -chain_size()].chunk(2)
    sizes = Sizes(X.shape[-1], UNITS, len(TAGS))
    for k in (0, 7):
        n = int(spoken.lengths[k])
        total = 0
        for half, turn in zip(own, (False, True), strict=True):
            weights, V, a = unpacked(half, "LSTM", sizes)
            inputs = X[:n, k : k + 1].flip(0) if turn else X[:n, k : k + 1]
            zeros = torch.zeros(1, UNITS)
            states = unrolled(
                lambda x, c, w=weights: lstm_step(x, c, w), inputs, Cell(zeros, zeros)
            )
            said = torch.stack([state.h for state in states]) @ V.T + a
            total = total + (said.flip(0) if turn else said)[:, 0]
        torch.testing.assert_close(found[:n, k], total, atol=1e-5, rtol=1e-4)


def chain_size():
    return len(TAGS) * (len(TAGS) + 2)


@pytest.mark.parametrize("reads", READS)
def test_labels_are_the_best_path_or_the_best_of_each_word(reads, places, spoken):
    X = places
    joint = Tagger(reads, True, X.shape[-1], len(TAGS))
    theta = random_theta(joint)
    y = word_scores(theta, joint, X, spoken.lengths)
    paths = best_paths(y, chain_in(theta, joint), spoken.lengths)
    assert torch.equal(tagged(theta, joint, X, spoken.lengths), paths)
    alone = joint._replace(joint=False)
    own = theta[:, : -chain_size()]
    said = tagged(own, alone, X, spoken.lengths)
    assert torch.equal(said, best_alone(y, spoken.lengths))
    assert not torch.equal(said, paths)


def test_the_chain_is_the_end_of_theta(places):
    X = places
    tagger = Tagger("window", True, X.shape[-1], 3)
    theta = random_theta(tagger)
    begin, A, end = chain_in(theta, tagger)
    joined = torch.cat([begin, A.flatten(1), end], dim=-1)
    assert torch.equal(joined, theta[:, -3 * 5 :])
    assert A.shape == (2, 3, 3)


@pytest.mark.parametrize("reads", READS)
def test_a_window_begins_at_zero_and_a_bilstm_is_drawn(reads):
    tagger = Tagger(reads, True, 6, 3)
    theta = first_tagger(tagger, 1)
    assert torch.equal(theta, first_tagger(tagger, 1))
    assert not theta[:, -15:].any()
    assert bool(theta.any()) == (reads == "BiLSTM")
    if reads == "BiLSTM":
        assert not torch.equal(theta, first_tagger(tagger, 2))
        on, back = theta[:, :-15].chunk(2, dim=-1)
        assert not torch.equal(on, back)
        for half in (on, back):
            b = unpacked(half, "LSTM", Sizes(6, UNITS, 3))[0].b.view(4, UNITS)
            assert (b[2] == 1).all()  # the forget gate


@pytest.mark.parametrize("reads", READS)
def test_padding_changes_nothing(reads, places, spoken):
    X = places
    tagger = Tagger(reads, True, X.shape[-1], len(TAGS))
    theta = random_theta(tagger)
    on = torch.arange(len(X))[:, None, None] < spoken.lengths[:, None]
    assert not on.all()
    one = tagged(theta, tagger, X, spoken.lengths)
    for padding in (0.0, 5.0, math.nan):
        rest = torch.full((3, *X.shape[1:]), padding)
        longer = torch.cat([X.where(on, padding), rest])
        other = tagged(theta, tagger, longer, spoken.lengths)
        assert torch.equal(one, other[: len(X)])
        assert (other[len(X) :] == -100).all()


def test_what_reads_by_nothing_known_is_refused(places, spoken):
    X = places
    for call in (
        lambda reads: first_tagger(Tagger(reads, False, 6, 3), 0),
        lambda reads: word_scores(
            first_tagger(Tagger("window", False, X.shape[-1], 3), 0),
            Tagger(reads, False, X.shape[-1], 3)
            if reads != "BiLSTM"
            else Tagger("window", False, X.shape[-1], 3),
            X,
            spoken.lengths,
        ),
    ):
        refuses(
            call,
            "^tagger.reads is .*: choose one of one word, window, .*, BiLSTM$",
            good=["window", "BiLSTM"],
            bad=["", "LSTM"],
        )


@pytest.mark.parametrize("reads", READS)
def test_lengths_that_are_none_are_refused(reads, places, spoken):
    X = places
    tagger = Tagger(reads, False, X.shape[-1], len(TAGS))
    theta = random_theta(tagger)
    refuses(
        lambda lengths: tagged(theta, tagger, X, lengths),
        "^lengths are outside 1 to",
        good=[spoken.lengths],
        bad=[spoken.lengths * 0, spoken.lengths + 20],
    )


@pytest.mark.parametrize("reads", READS)
@pytest.mark.parametrize("joint", [False, True])
def test_numbers_and_words_of_another_tagger_are_refused(reads, joint, places, spoken):
    X = places
    tagger = Tagger(reads, joint, X.shape[-1], len(TAGS))
    theta = random_theta(tagger)
    refuses(
        lambda theta: tagged(theta, tagger, X, spoken.lengths),
        "^theta has [0-9]+ numbers a row: give [0-9]+$",
        good=[theta],
        bad=[theta[:, :-1], torch.cat([theta, theta], dim=-1)],
    )
    refuses(
        lambda X: tagged(theta, tagger, X, spoken.lengths),
        "^X has the shape .*: give it",
        good=[X],
        bad=[X[..., :-1]],
    )


def test_a_chain_that_is_not_there_is_refused():
    tagger = Tagger("window", False, 6, 3)
    refuses(
        lambda joint: chain_in(
            random_theta(tagger._replace(joint=joint)), tagger._replace(joint=joint)
        ),
        "^tagger.joint is False: it has no chain, give one that has$",
        good=[True],
        bad=[False],
    )
    joint = tagger._replace(joint=True)
    refuses(
        lambda theta: chain_in(theta, joint),
        "^theta has [0-9]+ numbers a row: give [0-9]+$",
        good=[random_theta(joint)],
        bad=[random_theta(tagger)],
    )


@pytest.mark.parametrize("reads", READS)
def test_a_tagger_without_places_or_labels_is_refused(reads):
    for name in ("places", "labels"):
        refuses(
            lambda size, name=name: first_tagger(
                Tagger(reads, True, 6, 3)._replace(**{name: size}), 0
            ),
            rf"^tagger.{name} is .*: give 1 or more$",
            good=[1],
            bad=[0, -1],
        )


@pytest.mark.parametrize("reads", READS)
def test_words_of_another_type_of_float_are_refused(reads, places, spoken):
    tagger = Tagger(reads, True, places.shape[-1], len(TAGS))
    theta = random_theta(tagger)
    refuses(
        lambda X: word_scores(theta, tagger, X, spoken.lengths),
        r"^X is torch.float64, theta is torch.float32: give X.to\(theta\)$",
        good=[places],
        bad=[places.double()],
    )
