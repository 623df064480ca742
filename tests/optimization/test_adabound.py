"""AdaBound keeps every rate between two bounds that close on plain descent's."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.optimization import AdaBound, Adam, bounds
from tests.refusals import only_positive, refuses


@pytest.mark.equation("eq-optimization-bounds")
def test_the_bounds_open_wide_and_close_on_the_final_rate():
    lower, upper = bounds(1, 0.999, 0.1)
    assert lower == pytest.approx(0.1 - 0.1 / 1.001)
    assert upper == pytest.approx(0.1 + 0.1 / 0.001)
    for t in (1, 10, 1000, 10**6):
        lower, upper = bounds(t, 0.999, 0.1)
        assert 0 < lower < 0.1 < upper
    assert upper - lower < 3e-4


def test_there_are_no_bounds_before_the_first_step():
    said = "^t is .*: give 1 or more$"
    refuses(lambda t: bounds(t, 0.999, 0.1), said, good=[1], bad=[0, -1])


@given(st.integers(1, 5000), st.floats(0, 0.9999))
def test_the_bounds_only_close(t, beta2):
    (low, up), (low_next, up_next) = bounds(t, beta2, 0.1), bounds(t + 1, beta2, 0.1)
    assert low < low_next < up_next < up


@pytest.mark.equation("eq-optimization-adabound")
def test_each_step_is_the_clipped_rate_times_the_corrected_average(stream):
    g = torch.tensor([1.0, -3.0, 0.01, 2.0]).double()
    moves, m, v = stream(AdaBound(0.01, 0.5, 0.5), g).diff(), 0.0, 0.0
    clipped = 0
    for t, x in enumerate(g.tolist(), start=1):
        m, v = 0.5 * m + 0.5 * x, 0.5 * v + 0.5 * x * x
        rate = 0.01 / ((v / (1 - 0.5**t)) ** 0.5 + 1e-8)
        inside = min(max(rate, 0.1 - 0.1 / (0.5 * t + 1)), 0.1 + 0.1 / (0.5 * t))
        clipped += inside != rate
        assert moves[t - 1].item() == pytest.approx(-inside * m / (1 - 0.5**t))
    assert clipped > 0


def test_epsilon_makes_a_rate_smaller(stream):
    (move,) = stream(AdaBound(0.3, eps=2.0), [torch.tensor(1.0).double()]).diff()
    assert move.item() == pytest.approx(-0.3 / (1 + 2))


def test_while_no_rate_meets_a_bound_it_is_adam(stream):
    g = torch.tensor([1.0, -0.5, 0.7]).double()
    torch.testing.assert_close(stream(AdaBound(0.05), g), stream(Adam(0.05), g))


def test_after_long_it_is_descent_with_momentum_and_one_rate():
    rule = AdaBound(0.001, beta1=0.0, beta2=0.5)
    theta = torch.tensor([5.0, -0.01]).double()
    _, memory = rule.step(theta, theta, rule.init(theta))
    new, _ = rule.step(theta, theta, memory._replace(t=10**8))
    torch.testing.assert_close(new, theta - 0.1 * theta, rtol=1e-6, atol=0)


def test_a_schedule_of_lr_alone_does_not_stop_it(stream):
    g = [torch.tensor(1.0).double()] * 10
    assert stream(AdaBound(1e-12), g).diff().abs().sum().item() > 0.001
    stopped = stream(AdaBound(1e-12, final_lr=1e-12), g)
    assert stopped.abs().max().item() < 1e-9


def test_told_not_to_correct_it_is_the_uncorrected_adam_between_the_bounds(stream):
    g = torch.tensor([1.0, -0.5, 0.7]).double()
    moves, adam = (
        stream(rule(0.05, unbiased=False), g).diff() for rule in (AdaBound, Adam)
    )
    torch.testing.assert_close(moves, adam)
    torch.testing.assert_close(moves[0].item(), -0.05 * 0.1 / 0.001**0.5)


def test_it_writes_to_nothing(assert_pure):
    assert_pure(AdaBound(0.1))


def test_the_final_rate_is_the_papers():
    assert AdaBound().final_lr == 0.1


def test_bad_settings_are_refused():
    only_positive(lambda rate: AdaBound(final_lr=rate), "final_lr")
    with pytest.raises(ValueError, match=r"^lr is -1"):
        AdaBound(lr=-1)
