"""Early stopping: when it ends, and which epoch it keeps."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml2020.training_tips import stopped
from tests.refusals import refuses

LOSSES = st.lists(st.floats(0, 9), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("losses", "patience", "expected"),
    [
        ([3, 2, 1], 1, (2, 2)),  # it never rises
        ([3, 2, 4, 1], 1, (2, 1)),  # too impatient for the 1
        ([3, 2, 4, 1], 2, (3, 3)),
        ([3, 2, 4, 5, 1], 2, (3, 1)),
        ([2, 2, 2], 2, (2, 0)),  # as low is no less
        ([1], 3, (0, 0)),
        ([math.nan, 2, 3, 3], 2, (3, 1)),
        ([math.inf, math.nan, 1], 2, (2, 2)),
    ],
)
def test_by_hand(losses, patience, expected):
    assert stopped(losses, patience) == expected


@pytest.mark.parametrize(
    ("losses", "patience", "expected"),
    [
        ([2, 2, 2], 2, (2, 2)),  # as low is a new best
        ([3, 2, 4, 2, 3, 3], 2, (5, 3)),
        ([2, 3, 3, 2], 2, (2, 0)),  # too impatient for the second
        ([math.inf, math.inf, 1], 2, (2, 2)),
        ([math.nan, math.nan], 5, (1, 0)),
        ([2, 3, 1, 4, 5], 2, (4, 2)),
    ],
)
def test_the_latest_of_equal_ones_by_hand(losses, patience, expected):
    assert stopped(losses, patience, latest=True) == expected


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(1, 14))
def test_it_keeps_the_latest_least_of_what_it_saw(losses, patience):
    last, best = stopped(losses, patience, latest=True)
    seen = losses[: last + 1]
    assert best == max(k for k, loss in enumerate(seen) if loss == min(seen))
    assert last == len(losses) - 1 or last - best == patience
    assert last >= stopped(losses, patience).last


@given(LOSSES, st.integers(1, 14))
def test_it_keeps_the_first_least_of_what_it_saw(losses, patience):
    last, best = stopped(losses, patience)
    seen = losses[: last + 1]
    assert best == seen.index(min(seen))
    assert last == len(losses) - 1 or last - best == patience


@given(LOSSES)
def test_with_patience_for_all_it_keeps_the_best_of_all(losses):
    assert stopped(losses, 20) == (len(losses) - 1, losses.index(min(losses)))


@given(LOSSES, st.integers(1, 12))
def test_more_patience_never_keeps_a_worse_epoch(losses, patience):
    less, more = (stopped(losses, p).best for p in (patience, patience + 1))
    assert losses[more] <= losses[less]


def test_what_is_given_stays():
    losses = [3.0, 2.0, 4.0]
    stopped(losses, 1)
    assert losses == [3, 2, 4]


def test_rejects_no_epoch_and_no_patience():
    with pytest.raises(ValueError, match=r"^losses is empty: give that of at least"):
        stopped([], 1)
    said = "^patience is -?[0-9]+: give 1 or more$"
    refuses(lambda p: stopped([1.0], p), said, good=[1], bad=[0, -1])


def test_without_a_number_the_first_epoch_stays_the_best():
    assert stopped([math.nan, math.inf, math.nan, math.nan], 2) == (2, 0)
