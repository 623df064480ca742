"""Rectifiers join the dots, and how far the function can be from the line."""

import inspect
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.deep_learning import (
    forward,
    interpolation_bound,
    relu,
    relu_interpolant,
    straight,
)
from tests.refusals import above, below, only_positive, refuses, spoilt


def says(layers, x):
    return forward(x[:, None], layers, [relu, straight]).a[-1][:, 0]


def drawn(seed, points=7):
    dice = torch.Generator().manual_seed(seed)
    knots = torch.rand(points, generator=dice, dtype=torch.float64).add(0.1).cumsum(0)
    return knots, torch.randn(points, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-deep_learning-interpolant")
@given(seed=st.integers(0, 2**31))
def test_it_is_the_line_that_numpy_draws_through_the_points(seed):
    knots, heights = drawn(seed)
    x = torch.linspace(knots[0].item(), knots[-1].item(), 101, dtype=torch.float64)
    expected = np.interp(x.numpy(), knots.numpy(), heights.numpy())
    found = says(relu_interpolant(knots, heights), x).numpy()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def test_by_hand_for_the_square_on_three_knots():
    knots = torch.tensor([0.0, 0.5, 1.0])
    hidden, output = relu_interpolant(knots, knots**2)
    assert hidden.W.tolist() == [[1], [1]]
    assert hidden.b.tolist() == [0, -0.5]
    assert output.W.tolist() == [[0.5, 1.0]]
    assert output.b.tolist() == [0]


def test_it_is_level_on_the_left_and_goes_on_as_it_came_on_the_right():
    layers = relu_interpolant(torch.tensor([1.0, 2, 4]), torch.tensor([3.0, 5, 4]))
    assert says(layers, torch.tensor([-9.0, 0.5, 6.0, 8.0])).tolist() == [3, 3, 3, 2]


@pytest.mark.equation("eq-deep_learning-bound")
@pytest.mark.parametrize("pieces", [1, 2, 5, 16, 64])
def test_no_point_of_a_sine_is_farther_than_the_bound(pieces):
    knots = torch.linspace(0, 2 * math.pi, pieces + 1, dtype=torch.float64)
    x = torch.linspace(0, 2 * math.pi, 4001, dtype=torch.float64)
    error = (says(relu_interpolant(knots, knots.sin()), x) - x.sin()).abs().max()
    assert error <= interpolation_bound(1, 2 * math.pi / pieces)


@given(a=st.floats(0.1, 10), width=st.floats(0.1, 10))
def test_a_parabola_reaches_the_bound_in_the_middle(a, width):
    knots = torch.tensor([0, width], dtype=torch.float64)
    middle = knots[1:] / 2
    error = says(relu_interpolant(knots, a * knots**2), middle) - a * middle**2
    assert error.item() == pytest.approx(interpolation_bound(2 * a, width))


def test_twice_the_knots_leave_a_quarter_of_the_error():
    x = torch.linspace(0, 2 * math.pi, 4001, dtype=torch.float64)
    errors = []
    for pieces in (32, 64):
        knots = torch.linspace(0, 2 * math.pi, pieces + 1, dtype=torch.float64)
        line = says(relu_interpolant(knots, knots.sin()), x)
        errors.append((line - x.sin()).abs().max().item())
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.02)


def test_rejects_too_few_points():
    def call(points):
        return relu_interpolant(torch.arange(points).float(), torch.ones(points))

    refuses(call, r"^knots has \d: give 2 or more$", good=[2, 3], bad=[0, 1])


def test_rejects_points_that_are_no_numbers():
    knots, heights = drawn(0)
    for name, good, call in (
        ("knots", knots, lambda k: relu_interpolant(k, heights)),
        ("heights", heights, lambda h: relu_interpolant(knots, h)),
    ):
        said = f"^{name} has NaN or infinity: drop those points$"
        refuses(call, said, good=[good], bad=spoilt(good, math.nan, math.inf))


def test_rejects_knots_that_do_not_grow():
    heights = torch.ones(3)
    bad = [[1.0, 1, 2], [1.0, 2, 2], [3.0, 2, 1], [1.0, 3, 2]]
    refuses(
        lambda k: relu_interpolant(torch.tensor(k), heights),
        "^knots do not grow: sort them, and drop repeated ones$",
        good=[[1.0, 1.5, 2.0]],
        bad=bad,
    )


def test_rejects_a_curvature_and_a_distance_that_are_none():
    only_positive(lambda h: interpolation_bound(1.0, h), "distance")
    refuses(
        lambda c: interpolation_bound(c, 1.0),
        "^curvature is .*: give 0 or more$",
        good=[0.0, above(0.0)],
        bad=[below(0.0), math.nan, math.inf],
    )


def test_rejects_heights_that_are_not_one_a_knot():
    knots = torch.arange(4.0)
    call = inspect.unwrap(relu_interpolant)
    said = r"^heights has the shape \([0-9],\): give it \(4,\)$"
    bad = [torch.ones(n) for n in (1, 2, 3, 5)]
    refuses(lambda h: call(knots, h), said, good=[torch.ones(4)], bad=bad)


def test_rejects_slopes_that_overflow():
    knots = torch.tensor([0.0, 1.0, 2.0])

    def call(heights):
        return relu_interpolant(knots, torch.tensor(heights))

    said = "^heights rise so much that slopes overflow: change the units$"
    good = [[0.0, 1e38, 1e38], [0.0, 1e38, 0.0]]
    bad = [[-3e38, 3e38, 3e38], [0.0, 3e38, 0.0], [3e38, 3e38, -3e38]]
    refuses(call, said, good=good, bad=bad)


def test_rejects_a_line_that_rounding_spoils():
    heights = torch.tensor([0.0, 1.0, 0.0])

    def call(near, double=False):
        knots = torch.tensor([0, near, 1], dtype=torch.float64)
        kind = torch.float64 if double else torch.float32
        return relu_interpolant(knots.to(kind), heights.to(kind))

    said = (
        "^knots lie so that rounding in torch.float{} spoils the line: merge those that"
    )
    refuses(call, said.format(32), good=[0.5, 1e-3], bad=[1e-30])
    refuses(lambda n: call(n, True), said.format(64), good=[1e-6, 1e-9], bad=[1e-30])
    far = [1e38, 3e38, 3e38]  # the network overflows at the last knot, no slope does
    with pytest.raises(ValueError, match=said.format(32)):
        relu_interpolant(torch.arange(3.0), torch.tensor(far))
    assert says(call(1e-3), torch.tensor([1.0])).item() == pytest.approx(0, abs=1e-3)


def test_rounding_is_looked_for_among_many_knots():
    def call(near):
        knots = torch.cat([torch.tensor([0.0, near]), torch.linspace(0.01, 1, 2000)])
        return relu_interpolant(knots, (knots == near).float())

    said = "^knots lie so that rounding in torch.float32 spoils the line"
    refuses(call, said, good=[5e-3], bad=[1e-6])


def test_rejects_a_bound_that_overflows():
    said = "^distance is .*, the bound overflows: change the units$"
    refuses(lambda w: interpolation_bound(1.0, w), said, good=[1e154], bad=[1e155])
