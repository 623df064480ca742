"""The board scores both halves, and luck is bounded as the chapter derives."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.course_rules import Leaderboard, luck


def test_each_half_is_scored_by_itself(device):
    y_hat = torch.tensor([0, 1, 1, 0, 1], device=device)
    board = Leaderboard(y_hat, public=2)
    y = torch.tensor([0, 0, 1, 0, 0], device=device)
    assert board.score(y) == pytest.approx((1 / 2, 2 / 3))


@pytest.mark.equation("eq-course_rules-luck")
@given(n=st.integers(1, 5000), k=st.integers(2, 5000))
def test_the_bound_is_the_smallest_over_all_s(n, k):
    s = torch.logspace(-3, 5, 4001, dtype=torch.float64)
    smallest = (math.log(k) / s + s / (8 * n)).min().item()
    assert luck(n, k) == pytest.approx(smallest, rel=1e-3)


@pytest.mark.equation("eq-course_rules-any")
@pytest.mark.parametrize("s", [5.0, 20.0, 60.0])
def test_for_any_s_the_best_of_many_stays_below(s):
    dice = torch.Generator().manual_seed(0)
    coins = torch.randint(2, (300, 20, 50), generator=dice).double()
    best = coins.mean(dim=2).max(dim=1).values.mean().item()
    assert best <= 0.5 + math.log(20) / s + s / (8 * 50)


@pytest.mark.equation("eq-course_rules-coin")
@given(x=st.floats(-20, 20))
def test_a_coins_exponential_moment_is_that_of_a_normal_at_most(x):
    assert math.cosh(x) <= math.exp(x**2 / 2) * (1 + 1e-12)


def test_one_submission_has_no_luck():
    assert luck(10, 1) == 0


@pytest.mark.parametrize("public", [0, 3, -1])
def test_rejects_a_board_with_an_empty_half(public):
    with pytest.raises(ValueError, match=rf"^public is {public}: choose 1 to 2$"):
        Leaderboard(torch.tensor([0, 1, 1]), public=public)


@pytest.mark.parametrize(("n", "k"), [(0, 5), (5, 0)])
def test_rejects_nobody_and_nothing(n, k):
    with pytest.raises(ValueError, match=r"^n, submissions: .*; give 1 or more$"):
        luck(n, k)
