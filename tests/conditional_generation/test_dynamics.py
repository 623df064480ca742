"""Worlds move as they say: a rotation keeps lengths, a pendulum its energy."""

import math

import pytest
import torch

from ml2020.conditional_generation.dynamics import NOISE, WORLDS, paths, rotation, swung
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_a_rotation_turns_and_keeps_lengths():
    seen, true = paths("rotation", 5, 21, generator=dice())
    assert torch.equal(seen, true)
    assert torch.allclose(true.norm(dim=-1), true[0].norm(dim=-1).expand(22, 5))
    angle = torch.atan2(rotation()[1, 0], rotation()[0, 0])
    assert angle.item() == pytest.approx(0.3)
    for t in range(21):
        for k in range(5):
            assert torch.allclose(true[t + 1, k], rotation() @ true[t, k])


def test_a_pendulum_keeps_its_energy_nearly_and_is_no_matrix():
    _, true = paths("pendulum", 50, 40, generator=dice())
    angle, speed = true.unbind(-1)
    assert (speed[0] == 0).all()
    assert angle[0].abs().max() > 2
    energy = speed.square() / 2 - angle.cos()
    assert (energy - energy[0]).abs().max() < 0.1
    x = torch.tensor([[1.0, 0.0]]).double()
    assert not torch.allclose(swung(2 * x), 2 * swung(x), atol=0.01)
    small = swung(1e-4 * x)
    assert small[0, 0].item() / 1e-4 == pytest.approx(math.cos(0.3), abs=2e-2)


def test_what_is_badly_seen_is_a_rotation_with_noise():
    seen, true = paths(WORLDS[2], 500, generator=dice())
    assert (seen - true).std().item() == pytest.approx(NOISE, rel=0.03)
    assert torch.allclose(true.norm(dim=-1)[0], true.norm(dim=-1)[-1])


def test_rejects_no_world():
    refuses(lambda w: paths(w, 1), "^world is", good=WORLDS, bad=["moon"])
    refuses(lambda n: paths("rotation", n), "^n is", good=[1], bad=[0])
    refuses(lambda T: paths("rotation", 1, T), "^T is", good=[1], bad=[0])
