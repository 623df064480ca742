"""Trades: rows and columns keep their numbers, and all else is chance."""

import pytest
import torch

from ml2020.compression import traded


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_two_by_two_both_places_come_equally_often():
    start = torch.eye(2, dtype=torch.bool).expand(400, 2, 2)
    kept = (traded(start, generator=dice()) == start).flatten(1).all(dim=1)
    assert 0.4 < kept.float().mean() < 0.6


def test_every_row_and_column_keeps_its_number_and_the_rest_moves():
    start = torch.rand(3, 12, 9, generator=dice(1)) < 0.3
    found = traded(start, generator=dice(2))
    assert found.dtype == torch.bool
    for axis in (1, 2):
        assert torch.equal(found.sum(dim=axis), start.sum(dim=axis))
    same = (found & start).sum() / start.sum()
    assert 0.2 < same < 0.6
    assert torch.equal(found, traded(start, generator=dice(2)))


def test_without_a_trade_and_without_a_place_nothing_moves():
    start = torch.rand(2, 4, 5, generator=dice(3)) < 0.5
    assert torch.equal(traded(start, 0), start)
    for mask in (torch.ones(1, 3, 3).bool(), torch.zeros(1, 3, 3).bool()):
        assert torch.equal(traded(mask, generator=dice()), mask)


def test_trades_below_0_are_refused():
    with pytest.raises(ValueError, match=r"^each is -1"):
        traded(torch.ones(1, 2, 2).bool(), -1)
