"""What paths spell, and how many frames a target needs."""

import itertools
import math

import pytest

from ml2020.rnn import collapse, extended, frames_needed, may_skip
from tests.refusals import refuses


def test_trimming_cannot_say_a_word_twice_and_a_blank_can():
    assert collapse("好好好棒棒棒棒棒", "φ") == ["好", "棒"]
    assert collapse("好φφ棒φφφφ", "φ") == ["好", "棒"]
    assert collapse("好φφ棒φ棒φφ", "φ") == ["好", "棒", "棒"]


@pytest.mark.equation("eq-rnn-ctc-count")
@pytest.mark.parametrize(
    ("T", "target", "count"),
    [
        (3, [1], 6),
        (4, [1, 2], 15),
        (6, [1, 2, 3], 84),
        (5, [1, 2, 3], 28),
        (5, [], 1),
        (3, [1, 2, 3], 1),
        (5, [1, 2, 2], 7),
        (6, [1, 1, 1], 7),
        (2, [1, 1], 0),
    ],
)
def test_there_are_t_plus_u_minus_r_over_2u_paths(T, target, count):
    paths = itertools.product(range(4), repeat=T)
    assert sum(collapse(path) == target for path in paths) == count
    U = len(target)
    r = frames_needed(target) - U
    assert math.comb(T + U - r, 2 * U) == count


def test_blanks_stand_around_all_labels():
    assert extended([2, 2, 3]) == [0, 2, 0, 2, 0, 3, 0]
    assert extended([]) == [0]
    assert extended([0, 1], blank=5) == [5, 0, 5, 1, 5]


@pytest.mark.equation("eq-rnn-ctc-need")
@pytest.mark.parametrize(
    ("labels", "need"), [([], 0), ([3], 1), ([3, 3], 3), ([1, 2, 2, 2, 1], 7)]
)
def test_equal_neighbours_need_a_frame_between_them(labels, need):
    assert frames_needed(labels) == need
    spelled = (
        [
            T
            for T in range(8)
            if any(collapse(p) == labels for p in itertools.product(range(4), repeat=T))
        ]
        if need <= 3
        else [need]
    )
    assert spelled[0] == need


def test_a_blank_is_skipped_between_different_labels_only():
    assert may_skip(extended([1, 1, 2])).tolist() == [False] * 5 + [True, False]
    assert may_skip(extended([])).tolist() == [False]


def test_a_target_with_a_blank_is_refused():
    refuses(
        lambda labels: extended(labels),
        "^labels has the blank, 0: leave it out of the target$",
        good=[[], [1, 2]],
        bad=[[0], [1, 0, 2]],
    )
