"""The rate falls with the root of time, and starts where it was set."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.gradient_descent import Decaying, descend
from ml2020.gradient_descent.rates import Clock
from tests.refusals import only_positive


def ones():
    return torch.ones(2, dtype=torch.float64)


@pytest.mark.equation("eq-gradient_descent-schedule")
def test_the_path_is_that_of_torchs_schedule():
    path = descend(Decaying(0.3), lambda theta: theta, ones(), 20)
    theta = ones().requires_grad_()
    optimizer = torch.optim.SGD([theta], lr=0.3)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: (t + 1) ** -0.5)
    for point in path:
        torch.testing.assert_close(point, theta.detach())
        theta.grad = theta.detach().clone()
        optimizer.step()
        schedule.step()


def rate(lr, t):
    """How far a slope of 1 leads after t updates."""
    return -Decaying(lr).step(0 * ones(), ones(), Clock(t))[0][0].item()


@given(lr=st.floats(1e-3, 1e3))
def test_the_first_rate_is_lr_and_the_fourth_half_of_it(lr):
    assert rate(lr, 0) == lr
    assert rate(lr, 3) == pytest.approx(lr / 2)


@given(t=st.integers(0, 10**6))
def test_the_rate_falls_but_never_to_zero(t):
    assert 0 < rate(0.1, t + 1) < rate(0.1, t)


def test_the_clock_counts_the_updates():
    rule, theta = Decaying(0.1), ones()
    memory = rule.init(theta)
    assert memory.t == 0
    for count in (1, 2, 3):
        theta, memory = rule.step(theta, theta, memory)
        assert memory.t == count


def test_constant_slopes_lead_as_far_as_one_likes():
    path = descend(Decaying(1.0), torch.ones_like, ones(), 10_000)
    assert path[-1, 0] == pytest.approx(1 - 2 * 10_000**0.5, rel=0.01)


def test_rejects_a_rate_that_is_not_positive():
    only_positive(Decaying, "lr")
