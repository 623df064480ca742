"""Edits: by hand, by a plain recursion, and the rates made of them."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml2020.rnn import error_rates
from ml2020.rnn.sounds_errors import edit_distance
from tests.refusals import refuses

TEXTS = st.text("abc", max_size=6)


@cache
def by_recursion(q, r):
    if not q or not r:
        return len(q) + len(r)
    return min(
        by_recursion(q[:-1], r) + 1,
        by_recursion(q, r[:-1]) + 1,
        by_recursion(q[:-1], r[:-1]) + (q[-1] != r[-1]),
    )


@pytest.mark.equation("eq-rnn-edit")
@given(TEXTS, TEXTS)
def test_it_is_the_recursion_from_the_ends(q, r):
    assert edit_distance(q, r) == by_recursion(q, r)


@given(TEXTS, TEXTS, TEXTS)
def test_it_is_a_distance(q, r, s):
    assert edit_distance(q, r) == edit_distance(r, q)
    assert (edit_distance(q, r) == 0) == (q == r)
    assert edit_distance(q, s) <= edit_distance(q, r) + edit_distance(r, s)


@pytest.mark.equation("eq-rnn-phones")
def test_rates_divide_edits_by_right_symbols_and_wrong_words_by_words():
    rates = error_rates(["ab", "", "abcd", "xyz"], ["ab", "abc", "a", "xyw"])
    assert rates.phones == (0 + 3 + 3 + 1) / 9
    assert rates.words == 3 / 4
    assert error_rates(["abcdef"], ["a"]).phones == 5


def test_answers_that_have_no_rate_are_refused():
    refuses(
        lambda pair: error_rates(*pair),
        "^(said are ., not .: give as many|right has no symbol: give at least one)$",
        good=[(["a"], ["a"]), (["", ""], ["", "a"])],
        bad=[(["a"], []), ([], ["a"]), ([], []), (["a"], [""])],
    )
