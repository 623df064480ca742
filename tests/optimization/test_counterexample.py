"""On the problem of Reddi Adam goes to the worst point, AMSGrad to the best."""

import pytest
import torch

from ml2020.gradient_descent import GradientDescent
from ml2020.optimization import Adam, AMSGrad, projected_path, slope


@pytest.mark.equation("eq-optimization-reddi")
def test_over_three_steps_the_slopes_add_up_to_c_minus_two():
    slopes = [slope(t, 3.5) for t in range(1, 13)]
    assert slopes[:4] == [3.5, -1, -1, 3.5]
    assert sum(slopes) == pytest.approx(4 * (3.5 - 2))


@pytest.mark.parametrize("C", [3.0, 5.0])
def test_adam_ends_at_the_worst_point_and_amsgrad_at_the_best(C):
    beta2 = 1 / (1 + C**2)
    adam = projected_path(Adam(0.5, 0.0, beta2), C, 1500)
    amsgrad = projected_path(AMSGrad(0.5, 0.0, beta2), C, 1500)
    assert adam[-300:].mean() > 0.9
    assert amsgrad[-300:].mean() < -0.9


def test_plain_descent_is_not_fooled():
    assert projected_path(GradientDescent(0.5), 3.0, 600)[-100:].mean() < -0.8


def test_the_walk_stays_inside_and_its_rates_fall_as_one_over_root_t():
    path = projected_path(GradientDescent(0.1), 3.0, 6, start=0.9)
    assert path[1].item() == pytest.approx(0.9 - 0.3)
    assert path[2].item() == pytest.approx(0.6 + 0.1 / 2**0.5)
    assert projected_path(GradientDescent(50.0), 3.0, 6).abs().max() <= 1
    assert path.dtype == torch.float64


@pytest.mark.parametrize(
    ("C", "start", "steps", "message"),
    [
        (2.0, 0.0, 5, "^C is 2.0: give more than 2"),
        (3.0, 1.5, 5, r"^start is 1.5: choose it in \[-1, 1\]"),
        (3.0, 0.0, -1, "^steps is -1: give 0 or more"),
    ],
)
def test_bad_problems_are_refused(C, start, steps, message):
    with pytest.raises(ValueError, match=message):
        projected_path(Adam(), C, steps, start)
