"""Crowds have the sizes, places and spreads that they say."""

import pytest
import torch

from ml2020.linear_methods import heaps, sausages
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_heaps_stand_on_a_grid():
    X, groups = heaps(400, 3, generator=dice())
    assert X.shape == (3600, 2)
    for g in range(9):
        own = X[groups == g]
        assert len(own) == 400
        place = torch.tensor([g // 3, g % 3]).double()
        torch.testing.assert_close(own.mean(dim=0), place, atol=0.03, rtol=0)
        assert own.std(dim=0).tolist() == pytest.approx([0.15, 0.15], rel=0.15)


def test_sausages_lie_side_by_side():
    X, groups = sausages(500, 2.0, generator=dice())
    for g in range(2):
        own = X[groups == g]
        assert len(own) == 500
        assert own.mean(dim=0).tolist() == pytest.approx([0, g], abs=0.3)
        assert own.std(dim=0).tolist() == pytest.approx([2, 0.15], rel=0.15)


def test_rejects_no_points():
    refuses(lambda n: heaps(n, 1), "^n is 0: give 1 or more$", good=[1], bad=[0])
    refuses(lambda s: heaps(1, s), "^side is 0: give 1 or more$", good=[1], bad=[0])
    refuses(lambda n: sausages(n, 1.0), "^n is 0: give 1", good=[1], bad=[0])
    refuses(lambda v: sausages(1, v), "^length is -1", good=[0], bad=[-1])


def test_heaps_are_their_middles_and_so_much_noise():
    noise = torch.randn(8, 2, generator=dice(3), dtype=torch.float64)
    middles = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]]).repeat_interleave(2, 0)
    found = heaps(2, 2, generator=dice(3))
    torch.testing.assert_close(found.X, middles + 0.15 * noise, rtol=0, atol=1e-12)


def test_sausages_are_drawn_in_float64():
    noise = torch.randn(4, 2, generator=dice(3), dtype=torch.float64)
    scale = torch.tensor([1.3, 0.15], dtype=torch.float64)
    found = sausages(2, 1.3, generator=dice(3))
    above = torch.tensor([[0.0, 0.0], [0.0, 1.0]]).double().repeat_interleave(2, 0)
    torch.testing.assert_close(found.X, noise * scale + above, rtol=0, atol=1e-15)
