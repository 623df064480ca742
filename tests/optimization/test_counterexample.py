"""On the problem of Reddi Adam goes to the worst point, AMSGrad to the best."""

import math

import pytest
import torch

from ml2020.gradient_descent import GradientDescent
from ml2020.optimization import Adam, AMSGrad, projected_path, slope
from tests.refusals import above, below, refuses


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
    assert len(path) == 7
    assert path[1].item() == pytest.approx(0.9 - 0.3)
    assert path[2].item() == pytest.approx(0.6 + 0.1 / 2**0.5)
    assert projected_path(GradientDescent(50.0), 3.0, 6).abs().max() <= 1
    assert path.dtype == torch.float64


def test_untold_it_starts_in_the_middle():
    assert projected_path(GradientDescent(0.1), 3.0, 0).tolist() == [0.0]


def test_it_goes_on_from_where_it_is_told_to_start():
    assert projected_path(GradientDescent(0.1), 3.0, 0, start=-0.4).tolist() == [-0.4]


def test_bad_problems_are_refused():
    refuses(
        lambda C: projected_path(Adam(), C, 2),
        "^C is .*: give more than 2, or -1 is not best$",
        good=[above(2.0), 3],
        bad=[2.0, 0.0, math.inf, math.nan],
    )
    refuses(
        lambda start: projected_path(Adam(), 3.0, 2, start),
        r"^start is .*: choose it in \[-1, 1\]$",
        good=[-1.0, 1.0],
        bad=[below(-1.0), above(1.0), math.nan],
    )
    refuses(
        lambda steps: projected_path(Adam(), 3.0, steps),
        "^steps is .*: give 0 or more$",
        good=[0],
        bad=[-1],
    )
