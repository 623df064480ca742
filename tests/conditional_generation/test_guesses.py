"""Told the truth a matrix learns what is seen; badly seen it comes out too small."""

import pytest
import torch

from ml2020.conditional_generation.dynamics import NOISE, WORLDS, paths, rotation
from ml2020.conditional_generation.guesses import TOLD, Guess, free_run, guess
from tests.refusals import refuses


def test_the_rotation_is_found():
    found = guess("rotation", "always right", 0, 0.05, 60)
    assert torch.allclose(found.A, rotation(), atol=0.02)


@pytest.mark.equation("eq-conditional_generation-shrunk")
def test_of_what_is_badly_seen_least_squares_shrinks_the_matrix():
    seen = paths(WORLDS[2], 4000, generator=torch.Generator().manual_seed(0)).seen
    x, y = seen[:-1].flatten(0, 1), seen[1:].flatten(0, 1)
    least = torch.linalg.lstsq(x, y).solution.T
    spread = 1 / 3  # of a number drawn evenly from -1 to 1
    expected = rotation() * spread / (spread + NOISE**2)
    assert torch.allclose(least, expected, atol=5e-3)


def test_a_free_run_tells_itself():
    model = Guess()
    with torch.no_grad():
        model.A.copy_(0.9 * rotation())
    errors = free_run(model, "rotation", 3, 5)
    true = paths("rotation", 3, generator=torch.Generator().manual_seed(5)).true
    for t in (0, 9, 24):
        size = true[0].square().mean() * (1 - 0.9 ** (t + 1)) ** 2
        assert errors[t].item() == pytest.approx(size.item())


def test_through_or_not_the_slope_differs():
    a, b = (guess("pendulum", "never right", 0, 0.03, 4, way) for way in (True, False))
    assert not torch.equal(a.A, b.A)
    again = guess("pendulum", "never right", 0, 0.03, 4)
    assert torch.equal(a.A, again.A)


@pytest.mark.parametrize("told", TOLD)
def test_whatever_is_told_it_learns(told):
    found = guess("rotation", told, 0, 0.05, 12)
    assert (
        free_run(found, "rotation", 50, 1)[9] < free_run(Guess(), "rotation", 50, 1)[9]
    )


def test_rejects_to_tell_what_is_unknown():
    refuses(
        lambda t: guess("rotation", t, 0, 0.1, 4),
        "^told is",
        good=TOLD[:1],
        bad=["lies"],
    )
