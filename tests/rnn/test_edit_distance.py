"""The edit distance is the least over all ways to change one text into the other."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml2020.rnn import edit_distance, error_rate
from tests.refusals import refuses

TEXT = st.lists(st.integers(0, 2), max_size=6)


def by_recursion(a, b):
    @cache
    def least(i, j):
        if not i or not j:
            return i + j
        return min(
            least(i - 1, j) + 1,
            least(i, j - 1) + 1,
            least(i - 1, j - 1) + (a[i - 1] != b[j - 1]),
        )

    return least(len(a), len(b))


@given(a=TEXT, b=TEXT)
def test_it_is_the_least_of_three_ways_at_each_label(a, b):
    assert edit_distance(a, b) == by_recursion(a, b)


@pytest.mark.parametrize(
    ("said", "meant", "changes"),
    [("", "", 0), ("", "abc", 3), ("ab", "b", 1), ("kitten", "sitting", 3)],
)
def test_a_few_by_hand(said, meant, changes):
    assert edit_distance(said, meant) == changes
    assert edit_distance(meant, said) == changes


def test_the_rate_counts_changes_for_each_label_that_was_meant():
    assert error_rate(["ab", "", "xyz"], ["ab", "a", "x"]) == pytest.approx(3 / 4)
    assert error_rate(["aaa"], ["b"]) == 3


def test_what_cannot_be_compared_is_refused():
    refuses(
        lambda said: error_rate(said, ["a", "b"]),
        "^said has . texts: give 2, as meant has$",
        good=[["", ""]],
        bad=[["a"], ["a", "b", "c"]],
    )
    refuses(
        lambda meant: error_rate(["a", "b"], meant),
        "^meant is empty: give at least one label$",
        good=[["", "b"]],
        bad=[["", ""]],
    )
