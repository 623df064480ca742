"""Rates of errors: of symbols, and of whole sequences."""

import pytest

from ml2020.rnn import error_rates
from tests.refusals import refuses


def test_rates_divide_edits_by_right_symbols_and_wrong_words_by_words():
    rates = error_rates(["ab", "", "abcd", "xyz"], ["ab", "abc", "a", "xyw"])
    assert rates.phones == pytest.approx((0 + 3 + 3 + 1) / 9)
    assert rates.words == 3 / 4
    assert error_rates(["abcdef"], ["a"]).phones == 5


def test_lists_and_tuples_of_the_same_symbols_are_the_same():
    assert error_rates([["N", "AY"]], [("N", "AY")]) == (0, 0)


def test_answers_that_have_no_rate_are_refused():
    refuses(
        lambda pair: error_rates(*pair),
        "^(said has . texts: give ., as meant has|meant is empty: give at least one "
        "label)$",
        good=[(["a"], ["a"]), (["", ""], ["", "a"])],
        bad=[(["a"], []), ([], ["a"]), ([], []), (["a"], [""])],
    )
