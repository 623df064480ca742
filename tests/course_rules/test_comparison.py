"""Errors are those of all possible test sets, written out."""

import math
from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from ml2020.course_rules import paired_gain, standard_error
from tests.refusals import above, below, refuses, spoilt


@pytest.mark.equation("eq-course_rules-error")
@pytest.mark.parametrize(("p", "n"), [(0.5, 4), (0.9, 6), (0.25, 1)])
def test_it_is_the_deviation_over_all_test_sets(p, n):
    mean = square = 0.0
    for answers in product([0, 1], repeat=n):
        chance = math.prod(p if a else 1 - p for a in answers)
        mean += chance * sum(answers) / n
        square += chance * (sum(answers) / n) ** 2
    assert standard_error(p, n) == pytest.approx(math.sqrt(square - mean**2))


def test_the_table_of_the_chapter():
    table = [(0.5, 9604), (0.9, 3457), (0.95, 1825)]
    for p, n in table:
        assert 1.96 * standard_error(p, n) == pytest.approx(0.01, rel=2e-3)
        assert round(p * (1 - p) * 196**2) == n


@pytest.mark.equation("eq-course_rules-paired")
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_it_counts_the_examples_won_and_lost(pairs):
    first, second = (torch.tensor(column) for column in zip(*pairs, strict=True))
    won = sum(b and not a for a, b in pairs)
    lost = sum(a and not b for a, b in pairs)
    n = len(pairs)
    error = math.sqrt(won + lost - (won - lost) ** 2 / n) / n
    assert paired_gain(first, second) == pytest.approx(((won - lost) / n, error))


def test_a_gain_of_ten_in_a_thousand_is_seen_when_few_disagree():
    for disagree, seen in [(150, False), (30, False), (20, True)]:
        won, lost = disagree // 2 + 5, disagree // 2 - 5
        first = torch.tensor([1] * lost + [0] * won + [1] * (1000 - disagree))
        second = torch.tensor([0] * lost + [1] * won + [1] * (1000 - disagree))
        gain, error = paired_gain(first, second)
        assert gain == pytest.approx(0.01)
        assert (gain > 1.96 * error) is seen


def test_four_of_four_leave_nearly_every_accuracy_possible():
    assert standard_error(1.0, 4) == 0
    exact = binomtest(4, 4, alternative="greater").proportion_ci()
    assert exact.low == pytest.approx(0.05**0.25)
    assert exact.low == pytest.approx(0.473, abs=5e-4)
    for n in (30, 300, 3000):
        assert 0.04 < (1 - 3 / n) ** n < 0.05  # the rule of three


def test_the_case_of_the_chapter():
    first = torch.tensor([1] * 900 + [1] * 10 + [0] * 20 + [0] * 70)
    second = torch.tensor([1] * 900 + [0] * 10 + [1] * 20 + [0] * 70)
    gain, error = paired_gain(first, second)
    assert (first.sum(), second.sum()) == (910, 920)
    assert gain == pytest.approx(0.01)
    assert error == pytest.approx(0.0055, abs=5e-5)
    apart = math.hypot(standard_error(0.91, 1000), standard_error(0.92, 1000))
    assert apart == pytest.approx(0.0125, abs=5e-5)


def test_without_pairs_that_agree_pairing_is_no_help():
    roll = torch.Generator().manual_seed(0)
    first, second = torch.rand(2, 100_000, generator=roll) < 0.8
    _, error = paired_gain(first, second)
    assert error == pytest.approx(2**0.5 * standard_error(0.8, 100_000), rel=0.02)


def test_losses_can_be_compared_and_stay(device):
    first = torch.tensor([3.0, 1.0], device=device)
    second = torch.tensor([2.0, 4.0], device=device)
    assert paired_gain(first, second) == pytest.approx((1.0, 2 / 2**0.5))
    assert (first.tolist(), second.tolist()) == ([3, 1], [2, 4])


def test_rejects_an_accuracy_that_is_no_share():
    refuses(
        lambda p: standard_error(p, 10),
        r"^accuracy is not from 0 to 1: give the share of right ones$",
        good=[0.0, 1.0],
        bad=[below(0.0), above(1.0), math.nan],
    )


def test_rejects_a_test_set_without_examples():
    refuses(
        lambda n: standard_error(0.5, n),
        r"^n is .*: give 1 or more$",
        good=[1],
        bad=[0, -1],
    )
    refuses(
        lambda n: standard_error(0.5, n),
        r"^n is above 1e300: give a smaller one$",
        good=[10**300],
        bad=[int(above(1e300)), 10**400],
    )


@pytest.mark.parametrize(("n", "p"), [(100, 0.9), (100, 0.1), (1000, 0.99)])
def test_with_ten_right_or_wrong_the_interval_holds_less_than_it_says(n, p):
    inside = 0.0
    for right in range(n + 1):
        half = 1.96 * standard_error(right / n, n)
        if abs(right / n - p) <= half:
            inside += math.comb(n, right) * p**right * (1 - p) ** (n - right)
    assert inside == pytest.approx(0.93, abs=0.005)


def test_rejects_nothing_and_what_is_no_number():
    good = torch.tensor([0.0, 1.0, 1.0])
    remedy = "has NaN or infinity: drop or mend those examples$"
    bad = spoilt(good, math.nan, math.inf)
    refuses(lambda v: paired_gain(v, good), f"^first {remedy}", good=[good], bad=bad)
    refuses(lambda v: paired_gain(good, v), f"^second {remedy}", good=[good], bad=bad)
    with pytest.raises(ValueError, match=r"^first is empty: give at least one example"):
        paired_gain(good[:0], good[:0])


def test_refuses_gains_whose_squares_overflow():
    good = torch.tensor([1e150, 0.0], dtype=torch.float64)
    refuses(
        lambda first: paired_gain(first, -first),
        r"^second is so far from first that squares overflow: rescale$",
        good=[good],
        bad=[1e10 * good, 1e158 * good],
    )


def test_where_all_gains_are_equal_the_error_is_nothing():
    for n in (1, 4):
        assert paired_gain(torch.zeros(n), torch.ones(n)) == (1, 0)


def test_rejects_models_judged_on_different_examples():
    five = torch.tensor([0.0, 1.0, 1.0, 0.0, 1.0])
    refuses(
        lambda second: paired_gain(five, second),
        r"^second has the shape \(.*\): give it \(5,\)$",
        good=[five, five.bool()],
        bad=[five[:1], five[:4], five[:0], five[:, None], five[0]],
    )
