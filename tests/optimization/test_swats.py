"""SWATS walks as Adam, watches the rate SGD would need, and then walks as SGDM."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.optimization import SWATS, Adam, equal_rate

numbers = st.lists(st.floats(-10, 10), min_size=3, max_size=3)


@pytest.mark.equation("eq-optimization-gamma")
@given(numbers, numbers)
def test_sgd_with_that_rate_projected_on_adams_step_is_adams_step(p, g):
    p, g = torch.tensor(p).double(), torch.tensor(g).double()
    if abs(p @ g) > 1e-3 and p @ p > 1e-3:
        sgd = -equal_rate(p, g) * g
        projected = (sgd @ p) / (p @ p) * p
        torch.testing.assert_close(projected, p)


def test_at_a_right_angle_no_rate_would_do():
    assert equal_rate(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 2.0])) == 0


def test_before_the_switch_it_is_adam(walk):
    assert torch.equal(walk(SWATS(0.05)), walk(Adam(0.05)))


@pytest.mark.equation("eq-optimization-swats")
def test_it_switches_when_the_average_rate_meets_the_last():
    # On a constant gradient g, Adam moves by lr and SGD would need lr / |g|, always.
    rule, theta, g = SWATS(0.1), torch.zeros(1).double(), torch.full((1,), 4.0).double()
    memory = rule.init(theta)
    theta, memory = rule.step(theta, g, memory)
    assert memory.sgd_lr == 0  # never at the first step
    theta, memory = rule.step(theta, g, memory)
    assert memory.sgd_lr == pytest.approx(0.1 / 4, rel=1e-6)
    before = theta
    theta, memory = rule.step(theta, g, memory)
    assert (theta - before).item() == pytest.approx(-(1 - 0.9) * 0.1 / 4 * 4, rel=1e-6)
    before = theta
    theta, memory = rule.step(theta, g, memory)
    assert (theta - before).item() == pytest.approx(-0.1 * 0.1 * 1.9, rel=1e-6)


def test_the_average_is_corrected_for_its_start_at_zero():
    rule, theta = SWATS(0.1, beta1=0.0, beta2=0.9), torch.zeros(1).double()
    memory, rates = rule.init(theta), []
    for x in (1.0, 2.0, 4.0):
        g = torch.full((1,), x).double()
        new, memory = rule.step(theta, g, memory)
        rates.append(equal_rate(new - theta, g))
        theta = new
    by_hand = 0.1 * (0.81 * rates[0] + 0.9 * rates[1] + rates[2])
    assert memory.average == pytest.approx(by_hand)
    assert memory.sgd_lr == 0


def test_where_the_step_has_no_rate_the_average_stays():
    rule, theta = SWATS(0.1), torch.zeros(2)
    memory = rule.init(theta)._replace(average=0.5)
    assert rule.watch(0.0, memory) == memory


def test_a_generous_tolerance_switches_at_the_second_step(walk):
    generous = SWATS(0.05, tolerance=1e9)
    assert torch.equal(walk(generous)[:3], walk(Adam(0.05))[:3])
    assert not torch.allclose(walk(generous), walk(Adam(0.05)))


def test_it_writes_to_nothing(assert_pure):
    assert_pure(SWATS(0.1))
    assert_pure(SWATS(0.1, tolerance=1e9))


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match=r"^tolerance is 0"):
        SWATS(tolerance=0)
    with pytest.raises(ValueError, match=r"^beta2 is 1"):
        SWATS(beta2=1)
