"""The roll is rolled as it says, and its way along is the length of the spiral."""

import math

import pytest
import torch

from ml2020.neighbor_embedding import swiss_roll
from ml2020.neighbor_embedding.swiss_roll import spiral_length
from tests.refusals import below, refuses


def rolled(n=200, noise=0.0, seed=1):
    return swiss_roll(n, noise, generator=torch.Generator().manual_seed(seed))


def test_points_lie_on_the_spiral_of_radius_angle():
    roll = rolled()
    radius = roll.X[:, [0, 2]].norm(dim=1)
    assert radius.min() >= 1.5 * math.pi
    assert radius.max() <= 4.5 * math.pi
    assert radius.min() < 1.7 * math.pi
    assert radius.max() > 4.3 * math.pi
    spiral = torch.stack([radius * radius.cos(), radius * radius.sin()], dim=1)
    assert torch.allclose(roll.X[:, [0, 2]], spiral)
    assert torch.equal(roll.X[:, 1], roll.across)
    assert 0 <= roll.across.min() < 1
    assert 20 < roll.across.max() <= 21
    assert torch.allclose(spiral_length(radius), roll.along)


def test_the_length_is_what_short_chords_add_up_to():
    angle = torch.linspace(0, 14, 200_001, dtype=torch.float64)
    spiral = torch.stack([angle * angle.cos(), angle * angle.sin()], dim=1)
    chords = spiral.diff(dim=0).norm(dim=1).cumsum(dim=0)
    assert torch.allclose(spiral_length(angle)[1:], chords, atol=1e-6)


def test_noise_moves_points_off_by_its_deviation():
    apart = (rolled(2000, 0.5).X - rolled(2000).X).std()
    assert apart.item() == pytest.approx(0.5, abs=0.02)
    assert torch.equal(rolled().X, rolled().X)
    assert not torch.equal(rolled().X, rolled(seed=2).X)


def test_rejects_no_points_and_negative_noise():
    refuses(swiss_roll, "^n is .*: give 1 or more$", good=[1], bad=[0, -1])
    refuses(
        lambda noise: swiss_roll(3, noise),
        "^noise is .*: give 0 or more$",
        good=[0.0],
        bad=[below(0.0), math.nan],
    )
