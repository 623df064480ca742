"""One neuron, fifty steps: its cost, its slope, and its two resting places."""

import math

import pytest
import torch

from ml2020.rnn import cliff_cost, cliff_slope
from ml2020.rnn.cliff import said_at_last
from tests.refusals import refuses, spoilt

PLACES = torch.tensor([[3.0, -1.0], [6.0, -3.1], [0.0, 0.5]], dtype=torch.float64)


def by_loop(w, b, steps=50):
    h = 0.5
    for _ in range(steps):
        h = 1 / (1 + math.exp(-(w * h + b)))
    return h


@pytest.mark.equation("eq-rnn-cliff")
def test_it_is_the_neuron_by_a_loop():
    said = [by_loop(w, b) for w, b in PLACES.tolist()]
    assert said_at_last(PLACES).tolist() == pytest.approx(said)
    cost = [(h - 0.7) ** 2 for h in said]
    assert cliff_cost(PLACES).tolist() == pytest.approx(cost)
    assert said_at_last(PLACES, 0).tolist() == [0.5] * 3
    assert said_at_last(PLACES, 2).tolist() == pytest.approx(
        [by_loop(w, b, 2) for w, b in PLACES.tolist()]
    )


def test_it_is_the_neuron_after_fifty_steps():
    on_the_ridge = torch.tensor([[6.0, -3 + 1e-10]], dtype=torch.float64)
    (after,) = said_at_last(on_the_ridge).tolist()
    assert after == pytest.approx(by_loop(6, -3 + 1e-10, 50), rel=1e-5)
    assert after != pytest.approx(by_loop(6, -3 + 1e-10, 51), rel=1e-2)


def test_the_slope_is_that_of_differences():
    eps = 1e-6
    slope = cliff_slope(PLACES)
    for k in range(2):
        step = torch.zeros(2).double()
        step[k] = eps
        walked = (cliff_cost(PLACES + step) - cliff_cost(PLACES - step)) / (2 * eps)
        torch.testing.assert_close(slope[:, k], walked, rtol=1e-4, atol=1e-8)


def test_there_is_a_wall_between_two_flat_places():
    steep = cliff_slope(torch.tensor([6.0, -3.0]).double()).norm()
    flat = cliff_slope(torch.tensor([6.0, -4.0]).double()).norm()
    assert steep > 1e3 * flat


def test_a_grid_of_places_and_no_gradient_outside():
    grid = PLACES[:, None].expand(3, 2, 2)
    assert cliff_slope(grid).shape == (3, 2, 2)
    with torch.no_grad():
        assert cliff_slope(PLACES).isfinite().all()


def test_places_that_are_no_numbers_are_refused():
    refuses(
        cliff_slope,
        "^theta has NaN or infinity: lower the rate, or clip$",
        good=[PLACES],
        bad=list(spoilt(PLACES, math.nan, math.inf)),
    )
    refuses(
        lambda steps: said_at_last(PLACES, steps),
        "^steps is .*: give 0 or more$",
        good=[0, 1],
        bad=[-1],
    )
