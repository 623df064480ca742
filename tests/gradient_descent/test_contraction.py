"""What a step leaves of the distance is exact on a bowl."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gradient_descent import (
    GradientDescent,
    best_rate,
    contraction,
    descend,
    regime,
)

curvature_lists = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=5)


def walk(curvatures, lr, steps, start=None):
    start = torch.ones_like(curvatures) if start is None else start
    return descend(GradientDescent(lr), lambda theta: curvatures * theta, start, steps)


@pytest.mark.equation("eq-gradient_descent-powers")
@pytest.mark.parametrize("lr", [0.1, 0.5, 0.9, 1.1])
def test_each_step_multiplies_by_one_minus_eta_lambda(lr):
    path = walk(torch.tensor([2.0]).double(), lr, 9)[:, 0]
    expected = torch.tensor([(1 - 2 * lr) ** t for t in range(10)]).to(path)
    torch.testing.assert_close(path, expected)


@pytest.mark.parametrize("curvature", [0.5, 2.0, 8.0])
@pytest.mark.parametrize(
    ("share", "name"),
    [
        (0.9, "monotone"),
        (1.0, "in one step"),
        (1.1, "oscillating"),
        (1.9, "oscillating"),
        (2.0, "for ever"),
        (2.1, "diverging"),
    ],
)
def test_the_regimes_are_what_a_walk_shows(share, name, curvature):
    lr = share / curvature
    x = walk(torch.tensor([curvature]).double(), lr, 40)[:, 0]
    flips = bool((x[1:] * x[:-1] < 0).any())
    seen = {
        "monotone": not flips and 0 < x[-1] < 1e-6,
        "in one step": bool((x[1:] == 0).all()),
        "oscillating": flips and x[-1].abs() < 0.1,
        "for ever": flips and bool((x.abs() == 1).all()),
        "diverging": flips and x[-1].abs() > 10,
    }
    assert [kind for kind, is_so in seen.items() if is_so] == [name]
    assert regime(lr, curvature) == name


@given(curvature=st.floats(1e-3, 1e3))
def test_a_rate_that_was_divided_for_it_is_one_step_and_twice_it_for_ever(curvature):
    assert regime(1 / curvature, curvature) == "in one step"
    assert regime(2 / curvature, curvature) == "for ever"
    assert regime(0.999 / curvature, curvature) == "monotone"
    assert regime(1.999 / curvature, curvature) == "oscillating"
    assert regime(2.001 / curvature, curvature) == "diverging"


@pytest.mark.equation("eq-gradient_descent-contraction")
@given(values=curvature_lists, lr=st.floats(1e-3, 1))
def test_the_factor_is_the_norm_of_the_matrix_that_multiplies_the_distance(values, lr):
    curvatures = torch.tensor(values, dtype=torch.float64)
    M = torch.eye(len(values)).double() - lr * torch.diag(curvatures)
    norm = torch.linalg.matrix_norm(M, 2).item()
    assert contraction(curvatures, lr) == pytest.approx(norm)


@pytest.mark.equation("eq-gradient_descent-best-rate")
@given(values=curvature_lists)
def test_no_rate_of_a_fine_grid_contracts_more_than_the_best(values):
    curvatures = torch.tensor(values, dtype=torch.float64)
    best = contraction(curvatures, best_rate(curvatures))
    kappa = max(values) / min(values)
    assert best == pytest.approx((kappa - 1) / (kappa + 1), abs=1e-9)
    for share in [*(k / 10 for k in range(1, 21)), 0.99, 1.01]:
        assert contraction(curvatures, share * best_rate(curvatures)) >= best - 1e-12


@pytest.mark.parametrize("kappa", [10.0, 100.0])
def test_the_distance_shrinks_by_exactly_the_factor_in_every_step(kappa):
    curvatures = torch.tensor([kappa, 1.0]).double()
    distance = walk(curvatures, best_rate(curvatures), 50).norm(dim=1)
    ratios = distance[1:] / distance[:-1]
    expected = torch.full_like(ratios, (kappa - 1) / (kappa + 1))
    torch.testing.assert_close(ratios, expected, rtol=1e-9, atol=0)


def test_the_steps_needed_grow_with_the_condition_number():
    needed = {}
    for kappa in (10, 100):
        curvatures = torch.tensor([float(kappa), 1.0]).double()
        distance = walk(curvatures, best_rate(curvatures), 1000).norm(dim=1)
        needed[kappa] = int((distance > 1e-6 * distance[0]).sum())
    predicted = math.log(1e-6) / math.log(99 / 101)
    assert needed[100] == math.ceil(predicted)
    assert needed[100] / needed[10] == pytest.approx(10, rel=0.2)


def test_a_round_bowl_is_left_in_one_step():
    round_bowl = torch.full((3,), 4.0)
    assert contraction(round_bowl, best_rate(round_bowl)) == 0


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_rejects_a_curvature_that_is_no_number(bad):
    with pytest.raises(ValueError, match=r"^curvatures has NaN or infinity: begin"):
        best_rate(torch.tensor([1.0, bad]))
    with pytest.raises(ValueError, match=r"^curvatures has NaN or infinity: begin"):
        contraction(torch.tensor([1.0, bad]), 0.1)


def test_large_curvatures_do_not_add_up_to_infinity():
    assert best_rate(torch.tensor([3e38, 3e38])) == pytest.approx(1 / 3e38)


@pytest.mark.parametrize(
    ("small", "dtype"),
    [(1e-320, torch.float64), (5e-324, torch.float64)],
)
def test_rejects_curvatures_whose_rate_is_no_number(small, dtype):
    with pytest.raises(ValueError, match=r"^curvatures are too small: multiply the"):
        best_rate(torch.tensor([small], dtype=dtype))


def test_the_smallest_curvature_of_float32_has_a_rate():
    assert best_rate(torch.tensor([2.0**-149])) == 2.0**149


@pytest.mark.parametrize("bad", [0.0, -1.0])
def test_rejects_what_is_no_bowl(bad):
    with pytest.raises(ValueError, match=r"^lr is .*: give a positive number$"):
        regime(bad, 1.0)
    with pytest.raises(ValueError, match=r"^curvature is .*: give a positive number$"):
        regime(1.0, bad)
    with pytest.raises(ValueError, match=r"^curvatures must be positive: leave"):
        best_rate(torch.tensor([1.0, bad]))
    with pytest.raises(ValueError, match=r"^curvatures must be positive: leave"):
        contraction(torch.tensor([1.0, bad]), 0.1)
    with pytest.raises(ValueError, match=r"^lr is .*: give a positive number$"):
        contraction(torch.ones(2), bad)


def test_rejects_no_curvature():
    with pytest.raises(ValueError, match=r"^curvatures is empty: give at least one"):
        best_rate(torch.ones(0))
