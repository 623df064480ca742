"""SWATS walks as Adam, watches the rate SGD would need, and then walks as SGDM."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.optimization import SWATS, Adam, equal_rate
from tests.refusals import above, only_positive

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
    assert equal_rate(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 2.0])).isinf()
    assert equal_rate(torch.zeros(2), torch.zeros(2)).isnan()


def test_where_adam_climbs_the_rate_is_negative():
    assert equal_rate(torch.tensor([1.0, 0.0]), torch.tensor([2.0, 5.0])).item() == -0.5


def test_each_row_has_a_rate_of_its_own():
    p, g = (
        torch.tensor([[1.0, 0.0], [0.0, 3.0]]),
        torch.tensor([[-2.0, 1.0], [4.0, -1]]),
    )
    assert equal_rate(p, g).tolist() == [0.5, 3.0]


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
        rates.append(equal_rate(new - theta, g).item())
        theta = new
    by_hand = 0.1 * (0.81 * rates[0] + 0.9 * rates[1] + rates[2])
    assert memory.average == pytest.approx(by_hand)
    assert memory.sgd_lr == 0


def test_where_the_step_has_no_rate_the_average_stays():
    rule, theta = SWATS(0.1), torch.zeros(2)
    memory = rule.init(theta)._replace(average=0.5)
    for no_rate in (math.nan, math.inf, -math.inf):
        assert rule.watch(no_rate, memory) == memory


def test_it_never_switches_to_a_rate_that_climbs():
    # One step down and then up: SGD with the negative rate would climb for ever.
    rule, theta = SWATS(1e-4, tolerance=1e-2), torch.zeros(1).double()
    memory, path = rule.init(theta), [0.0]
    for g in [1.0] + [-0.01] * 200:
        theta, memory = rule.step(theta, torch.full((1,), g).double(), memory)
        path.append(theta.item())
        assert memory.sgd_lr >= 0
    assert path[2] < path[1]  # Adam still goes the old way, so gamma is negative
    assert path[-1] > path[2]


def test_what_the_average_says_decides_and_not_the_last_rate():
    rule = SWATS(beta2=0.5, tolerance=1.0)
    memory = rule.init(torch.zeros(1))
    seen = memory._replace(moments=memory.moments._replace(t=2))
    up = rule.watch(-0.1, seen._replace(average=0.5))  # 0.2, over 1 - 0.5**2
    assert (up.average, up.sgd_lr) == (pytest.approx(0.2), pytest.approx(0.2 / 0.75))
    down = rule.watch(0.1, seen._replace(average=-0.5))
    assert (down.average, down.sgd_lr) == (pytest.approx(-0.2), 0.0)
    assert rule.watch(1.5, seen._replace(average=-1.5)).sgd_lr == 0.0  # at zero


def test_a_distance_of_the_tolerance_itself_is_too_far():
    seen = SWATS().init(torch.zeros(1))._replace(average=1.0)
    seen = seen._replace(moments=seen.moments._replace(t=5000))  # nothing to correct
    for tolerance, sgd_lr in ((0.5, 0.0), (above(0.5), 0.5)):
        assert SWATS(beta2=0.5, tolerance=tolerance).watch(0.0, seen).sgd_lr == sgd_lr


def test_a_tensor_of_any_shape_is_one_vector(walk):
    rule, square = SWATS(0.1, tolerance=1e9), torch.ones(2, 2).double()
    long, memories = square.flatten(), [rule.init(square), rule.init(square.flatten())]
    for _ in range(4):
        square, memories[0] = rule.step(square, square * 3, memories[0])
        long, memories[1] = rule.step(long, long * 3, memories[1])
    torch.testing.assert_close(square.flatten(), long, rtol=0, atol=0)


def test_the_tolerance_is_the_papers():
    assert SWATS().tolerance == 1e-9


def test_a_generous_tolerance_switches_at_the_second_step(walk):
    generous = SWATS(0.05, tolerance=1e9)
    assert torch.equal(walk(generous)[:3], walk(Adam(0.05))[:3])
    assert not torch.allclose(walk(generous), walk(Adam(0.05)))


def test_after_the_switch_a_schedule_of_lr_is_not_obeyed():
    theta, g = torch.zeros(1).double(), torch.ones(1).double()
    rule = SWATS(0.1, tolerance=1.0)
    memory = rule.init(theta)
    for _ in range(2):
        theta, memory = rule.step(theta, g, memory)
    lower = SWATS(1e-12, tolerance=1.0)
    before, _ = lower.step(theta, g, rule.init(theta))
    after, _ = lower.step(theta, g, memory)
    assert (before - theta).abs().item() < 1e-11  # not yet switched
    assert (after - theta).item() == pytest.approx(-0.01)


def test_it_writes_to_nothing(assert_pure):
    assert_pure(SWATS(0.1))
    assert_pure(SWATS(0.1, tolerance=1e9))


def test_bad_settings_are_refused():
    only_positive(lambda tolerance: SWATS(tolerance=tolerance), "tolerance")
    with pytest.raises(ValueError, match=r"^beta2 is 1"):
        SWATS(beta2=1)
