"""A grid of rates is widened until the best rate lies inside it, and no further."""

import math

import pytest

from ml2020.support.rates import refined, widened
from tests.refusals import above, below, refuses

GRID = [0.01, 0.03, 0.09]


def distance(best):
    """A loss that is least at one rate, and the same on both sides of it."""
    return lambda rate: abs(math.log(rate / best))


def test_a_best_rate_inside_is_left_alone():
    losses = widened(GRID, distance(0.03))
    assert list(losses) == GRID
    assert losses[0.03] == 0


@pytest.mark.parametrize(
    ("best", "more"),
    [
        (0.01, [0.01 / 3]),
        (0.09, [0.09 * 3.0]),
        (0.001, [0.01 / 3, 0.01 / 3 / 3, 0.01 / 3 / 3 / 3]),
        (0.8, [0.09 * 3.0, 0.09 * 3.0 * 3.0, 0.09 * 3.0 * 3.0 * 3.0]),
    ],
)
def test_it_goes_on_until_the_best_is_not_at_the_edge(best, more):
    losses = widened(GRID, distance(best))
    assert list(losses) == GRID + more
    kept = min(losses, key=losses.get)
    assert min(losses) < kept < max(losses)


def test_a_rate_is_tried_once_and_its_loss_is_returned():
    tried = []
    losses = widened(GRID, lambda rate: tried.append(rate) or distance(0.09)(rate), 2)
    assert tried == [*GRID, 0.18] == list(losses)
    assert losses[0.18] == distance(0.09)(0.18)


def test_one_rate_is_a_grid():
    assert list(widened([0.1], distance(0.1))) == [0.1, 0.1 * 3.0, 0.1 / 3]


def test_a_loss_that_is_no_number_is_never_the_best():
    loss = distance(0.03)
    losses = widened(GRID, lambda rate: math.nan if rate == 0.01 else loss(rate))
    assert list(losses) == GRID
    assert losses[0.01] == math.inf


def test_it_leaves_the_grid_as_it_was():
    grid = list(GRID)
    widened(grid, distance(0.001))
    assert grid == GRID


def test_beside_the_best_are_two_finer_rates():
    root = 3**0.5
    losses = refined(GRID, distance(0.05))
    assert list(losses) == pytest.approx([*GRID, 0.03 / root, 0.03 * root])
    for rate, loss in losses.items():
        assert loss == distance(0.05)(rate)
    assert min(losses, key=losses.get) == 0.03 * root
    losses = refined([0.01], distance(0.08), 2)
    assert list(losses)[-3:] == pytest.approx([0.16, 0.08 / 2**0.5, 0.08 * 2**0.5])


def test_a_finer_rate_at_which_the_loss_is_no_number_is_not_the_best():
    loss = distance(0.03)
    losses = refined(GRID, lambda rate: loss(rate) if rate in GRID else math.nan)
    assert list(losses.values())[3:] == [math.inf, math.inf]


@pytest.mark.parametrize("tried", [widened, refined])
def test_refuses_a_grid_that_cannot_be_widened(tried):
    refuses(
        lambda rates: tried(rates, distance(0.03)),
        r"^rates is .*: give (at least one|a positive number)$",
        good=[GRID, [0.03]],
        bad=[[], [0.0], [0.01, -0.03], [math.nan, 0.03], [0.03, math.inf]],
    )
    refuses(
        lambda factor: tried(GRID, distance(0.03), factor),
        "^factor is .*: give more than 1$",
        good=[above(1.0), 10],
        bad=[1.0, below(1.0), math.nan, math.inf],
    )
