"""What is promised is kept, and on the steepest parabola it is exact."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gradient_descent import (
    GradientDescent,
    descend,
    gap_bound,
    guaranteed_drop,
)

BETA = 3.0  # no curvature of this loss is larger, and its least is log 2


def loss(theta):
    return torch.log(torch.cosh(theta)).sum(dim=-1) + theta[..., 0] ** 2


def gradient(theta):
    return torch.func.grad(loss)(theta)


def start(device="cpu"):
    return torch.tensor([2.0, -1.5], dtype=torch.float64, device=device)


@pytest.mark.equation("eq-gradient_descent-drop")
@given(lr=st.floats(0.01, 2), x=st.floats(-5, 5), y=st.floats(-5, 5))
def test_a_step_lowers_the_loss_by_the_guarantee_or_more(lr, x, y):
    theta = torch.tensor([x, y]).double()
    g = gradient(theta)
    fall = loss(theta) - loss(theta - lr * g)
    assert fall >= guaranteed_drop(g, lr, BETA) - 1e-12


@given(lr=st.floats(0.01, 2), beta=st.floats(0.1, 10))
def test_on_the_steepest_parabola_the_guarantee_is_the_fall(lr, beta):
    theta = start()
    fall = (
        beta / 2 * (theta**2).sum() - beta / 2 * ((theta * (1 - lr * beta)) ** 2).sum()
    )
    promised = guaranteed_drop(beta * theta, lr, beta)
    assert promised == pytest.approx(fall.item(), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("share", "sign"), [(1.99, 1), (2.01, -1)])
def test_it_is_worth_something_below_two_over_beta(share, sign):
    assert sign * guaranteed_drop(start(), share / BETA, BETA) > 0


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_a_convex_loss_is_as_near_to_its_least_as_promised(share, device):
    lr = share / BETA
    path = descend(GradientDescent(lr), gradient, start(device), 200)
    distance = start().norm().item()
    for steps in (1, 2, 5, 20, 200):
        gap = loss(path[steps]).item() - loss(torch.zeros(2).double()).item()
        assert gap <= gap_bound(distance, lr, BETA, steps) + 1e-15


@pytest.mark.equation("eq-gradient_descent-gap")
def test_a_long_gutter_comes_within_a_factor_two_of_the_promise():
    steps, lr = 50, 1.0
    bend = 1 / (2 * steps + 1)  # a V, rounded off inside: curvature 1

    def gutter(x):
        return bend * x.abs() - bend**2 / 2 if x.abs() > bend else x**2 / 2

    x = torch.tensor(1.0).double()
    for _ in range(steps):
        x = x - lr * torch.func.grad(gutter)(x)
    assert gutter(x) <= gap_bound(1.0, lr, 1.0, steps)
    assert gutter(x).item() == pytest.approx(1 / (4 * steps + 2))
    assert gutter(x) >= gap_bound(1.0, lr, 1.0, steps) / 2.1


def test_the_bound_has_the_numbers_of_its_formula():
    assert gap_bound(3.0, 0.25, 2.0, 5) == pytest.approx(9 / 2.5)


def test_the_bound_holds_up_to_its_edges():
    assert gap_bound(3.0, 0.5, 2.0, 1) == pytest.approx(9)  # lr = 1 / beta
    assert gap_bound(0.0, 0.5, 2.0, 1) == 0  # begun in the minimum


def test_a_rounding_is_no_reason_to_refuse_the_largest_rate():
    lr, beta = 0.1 * 3, 1 / 0.3
    assert lr > 1 / beta
    assert gap_bound(1.0, lr, beta, 3) == pytest.approx(1 / 1.8)
    with pytest.raises(ValueError, match=r"^lr is .*: give at most 1 / beta"):
        gap_bound(1.0, lr * (1 + 1e-6), beta, 3)


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan")])
def test_rejects_rates_and_curvatures_that_are_not_positive(bad):
    for name, values in {"lr": (bad, 1.0), "beta": (1.0, bad)}.items():
        with pytest.raises(ValueError, match=rf"^{name} is .*: give a positive number"):
            guaranteed_drop(start(), *values)
        with pytest.raises(ValueError, match=rf"^{name} is .*: give a positive number"):
            gap_bound(1.0, *values, 1)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_rejects_a_gradient_that_is_no_number(bad):
    with pytest.raises(ValueError, match=r"^g has NaN or infinity: lower the learning"):
        guaranteed_drop(torch.tensor([1.0, bad]), 0.1, 1.0)


def test_rejects_what_the_bound_is_not_proved_for():
    with pytest.raises(ValueError, match=r"^lr is 1.1: give at most 1 / beta = 1.0$"):
        gap_bound(1.0, 1.1, 1.0, 5)
    with pytest.raises(ValueError, match=r"^steps is 0: give 1 or more$"):
        gap_bound(1.0, 1.0, 1.0, 0)
    for distance in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=r"^distance is .*: give 0 or more$"):
            gap_bound(distance, 1.0, 1.0, 1)
