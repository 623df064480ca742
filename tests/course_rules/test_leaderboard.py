"""The board scores both halves, and luck is bounded as the chapter derives."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.course_rules import Leaderboard, luck_bound
from tests.refusals import refuses


def test_each_half_is_scored_by_itself(device):
    y_hat = torch.tensor([0, 1, 1, 0, 1], device=device)
    board = Leaderboard(y_hat, public=2)
    y = torch.tensor([0, 0, 1, 0, 0], device=device)
    assert board.score(y).item() == pytest.approx(1 / 2)
    assert board.reveal(y).item() == pytest.approx(2 / 3)


def test_many_submissions_are_scored_as_one_by_one():
    roll = torch.Generator().manual_seed(0)
    board = Leaderboard(torch.randint(3, (11,), generator=roll), public=4)
    many = torch.randint(3, (2, 5, 11), generator=roll)
    for half in (board.score, board.reveal):
        alone = [[half(y).item() for y in row] for row in many]
        assert torch.equal(half(many), torch.tensor(alone, dtype=torch.float64))


def test_the_public_score_does_not_know_the_private_half():
    one, other = torch.tensor([0, 1, 1, 0]), torch.tensor([0, 1, 0, 1])
    y = torch.tensor([0, 0, 1, 0])
    assert torch.equal(Leaderboard(one, 2).score(y), Leaderboard(other, 2).score(y))


@pytest.mark.equation("eq-course_rules-luck")
@given(n=st.integers(1, 5000), m=st.integers(2, 5000))
def test_the_bound_is_the_smallest_over_all_s(n, m):
    s = torch.logspace(-3, 5, 4001, dtype=torch.float64)
    smallest = (math.log(m) / s + s / (8 * n)).min().item()
    assert luck_bound(n, m) == pytest.approx(smallest, rel=1e-3)


@pytest.mark.equation("eq-course_rules-luck")
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


def exponent(t, p):
    return (1 - p + p * t.exp()).log() - p * t


def smallest_bound(m, n, p):
    s = torch.logspace(0, 5, 20_001, dtype=torch.float64)
    return ((math.log(m) + n * exponent(s / n, p)) / s).min().item()


def better_bound(m, n, p):
    return math.sqrt(2 * p * (1 - p) * math.log(m) / n)


@given(p=st.floats(0.5, 0.999), t=st.floats(1e-3, 50))
def test_a_function_above_one_half_has_a_smaller_exponent(p, t):
    t = torch.tensor(t, dtype=torch.float64)
    assert exponent(t, p) <= p * (1 - p) * t**2 / 2 * (1 + 1e-9)


@pytest.mark.parametrize("p", [0.5, 0.7, 0.95, 0.99])
def test_the_bound_for_functions_above_one_half_is_a_bound(p):
    for m, n in [(10, 1000), (200, 100), (10**6, 20)]:
        assert smallest_bound(m, n, p) <= better_bound(m, n, p)


def test_below_one_half_it_is_only_about_right():
    assert smallest_bound(10, 1000, 0.05) > better_bound(10, 1000, 0.05)
    assert smallest_bound(10, 1000, 0.05) < 1.1 * better_bound(10, 1000, 0.05)
    assert smallest_bound(10, 10, 0.05) > 1.2 * better_bound(10, 10, 0.05)


def test_the_number_under_the_root_for_better_functions():
    assert better_bound(10, 1000, 0.95) == pytest.approx(0.0148, abs=5e-5)
    assert better_bound(10, 1000, 0.95) < luck_bound(1000, 10) / 2


@pytest.mark.equation("eq-course_rules-tail")
@pytest.mark.parametrize(("n", "m"), [(20, 1), (20, 30), (100, 30), (100, 500)])
def test_the_chance_of_a_lucky_leader_is_bounded(n, m):
    for right in range(n // 2, n + 1):
        epsilon = right / n - 0.5
        one = sum(math.comb(n, k) for k in range(right, n + 1)) / 2**n
        leader = 1 - (1 - one) ** m
        assert leader <= m * math.exp(-2 * n * epsilon**2) * (1 + 1e-9)


def test_the_bound_for_more_submissions_is_the_end_of_an_interval():
    for n, m in [(1000, 200), (50, 3)]:
        end = luck_bound(n, 20 * m)
        assert m * math.exp(-2 * n * end**2) == pytest.approx(0.05)
    assert luck_bound(1000, 20 * 200) == pytest.approx(0.0644, abs=5e-5)


def test_the_bounds_that_the_chapter_names():
    assert luck_bound(1000, 120) == pytest.approx(0.049, abs=5e-4)
    assert luck_bound(1000, 200) == pytest.approx(0.0515, abs=1e-4)


def test_one_submission_has_no_luck():
    assert luck_bound(10, 1) == 0
    assert luck_bound(1, 2) == pytest.approx(math.sqrt(math.log(2) / 2))


def test_rejects_a_board_with_an_empty_half():
    refuses(
        lambda public: Leaderboard(torch.tensor([0, 1, 1]), public=public),
        r"^public is .*: choose 1 to 2$",
        good=[1, 2],
        bad=[0, 3, -1],
    )


@pytest.mark.parametrize("answers", [1, 3, 5])
def test_rejects_a_submission_of_another_length(answers):
    board = Leaderboard(torch.tensor([0, 1, 1, 0]), public=2)
    said = rf"^y has {answers} answers: give one for each of 4$"
    for half in (board.score, board.reveal):
        with pytest.raises(ValueError, match=said):
            half(torch.ones(answers).long())


@pytest.mark.parametrize(("n", "m", "name"), [(0, 5, "n"), (5, 0, "submissions")])
def test_rejects_nobody_and_nothing(n, m, name):
    with pytest.raises(ValueError, match=rf"^{name} is 0: give 1 or more$"):
        luck_bound(n, m)


@pytest.mark.parametrize(("n", "m", "name"), [(1, 0, "n"), (0, 1, "submissions")])
def test_rejects_counts_that_no_float_can_hold(n, m, name):
    refuses(
        lambda count: luck_bound(count**n, count**m),
        rf"^{name} is above 1e300: give a smaller one$",
        good=[10**300],
        bad=[10**301, 10**400],
    )
