"""Pairs of sequences, each with its own length, and the symbol for stop."""

import torch

from ml2020.rnn import pairs_of
from ml2020.rnn.seq2seq_pairs import places, some_of
from tests.refusals import refuses

SOURCES, TARGETS = [[1, 2, 3], [4], [5, 6]], [[7], [], [8, 9, 7]]


def test_behind_the_ends_stand_zeros_and_what_torch_leaves_out():
    pairs = pairs_of(SOURCES, TARGETS, stop=10)
    assert pairs.X.tolist() == [[1, 2, 3], [4, 0, 0], [5, 6, 0]]
    assert pairs.lengths.tolist() == [3, 1, 2]
    out = -100
    assert pairs.Y.tolist() == [
        [7, 10, out, out],
        [10, out, out, out],
        [8, 9, 7, 10],
    ]
    assert places(pairs).tolist() == [
        [True, True, True],
        [True, False, False],
        [True, True, False],
    ]


def test_some_of_them_are_no_wider_than_they_have_to_be():
    pairs = some_of(pairs_of(SOURCES, TARGETS, stop=10), torch.tensor([1, 2]))
    assert pairs.X.tolist() == [[4, 0], [5, 6]]
    assert pairs.lengths.tolist() == [1, 2]
    assert pairs.Y.tolist() == [[10, -100, -100, -100], [8, 9, 7, 10]]
    one = some_of(pairs_of(SOURCES, TARGETS, stop=10), slice(1))
    assert (one.X.tolist(), one.Y.tolist()) == ([[1, 2, 3]], [[7, 10]])


def test_empty_sources_and_lengths_that_do_not_match_are_refused():
    refuses(
        lambda given: pairs_of(*given, stop=10),
        r"^(sources is empty: give|sources\[1\] is empty: give 1|"
        r"targets are . for . sources: give as many|"
        r"targets\[0\] has 10, which says stop: leave it out|"
        r"targets\[0\] has (-100|11): give 0 to 9|sources\[0\] has -1: give 0 or)",
        good=[(SOURCES, TARGETS)],
        bad=[
            ([], []),
            ([[1], []], [[1], [1]]),
            ([[1]], []),
            ([[1]], [[1], [2]]),
            ([[1]], [[1, 10]]),
            ([[1]], [[-100, 1]]),
            ([[1]], [[11]]),
            ([[-1]], [[1]]),
        ],
    )
    refuses(
        lambda stop: pairs_of([[1]], [[]], stop),
        "^stop is .*: give 0 or more$",
        good=[0],
        bad=[-1, -100],
    )


def test_none_of_them_is_refused():
    pairs = pairs_of(SOURCES, TARGETS, stop=10)
    refuses(
        lambda rows: some_of(pairs, rows),
        "^rows is empty: give at least one pair$",
        good=[slice(1)],
        bad=[slice(0), torch.tensor([], dtype=torch.int64)],
    )
