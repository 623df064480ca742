"""Patches: each is a piece of its photograph, and the parts share no dot."""

import pytest
import torch

from ml2020.cnn import patch_net, patches
from ml2020.data.photographs import photographs
from tests.refusals import refuses


def found_at(piece, photograph):
    """The place of a piece, by trying all."""
    cuts = photograph.unfold(0, 32, 1).unfold(1, 32, 1)
    begin = (cuts[:, :, 0] == piece[0]).all(dim=2).nonzero().tolist()
    return [[i, j] for i, j in begin if torch.equal(cuts[i, j], piece)]


@pytest.mark.parametrize(("judge", "first", "last"), [(False, 0, 64), (True, 96, 128)])
def test_each_is_a_piece_of_the_right_part_of_its_photograph(judge, first, last):
    X, y = patches(12, judge=judge, generator=torch.Generator().manual_seed(0))
    assert X.shape == (12, 1, 32, 32)
    for piece, label in zip(X, y, strict=True):
        places = found_at(piece[0], photographs()[label])
        assert any(first <= left <= last for _, left in places)


@pytest.mark.parametrize(("judge", "first", "last"), [(False, 0, 64), (True, 96, 128)])
def test_all_places_of_a_part_come_up(judge, first, last):
    X, y = patches(1500, judge=judge, generator=torch.Generator().manual_seed(1))
    assert set(y.tolist()) == set(range(8))
    # The three textures, where no two places look alike.
    places = [
        found_at(piece[0], photographs()[k])[0]
        for piece, k in zip(X, y, strict=True)
        if k > 4
    ]
    tops, lefts = zip(*places, strict=True)
    assert (min(lefts), max(lefts)) == (first, last)
    assert (min(tops), max(tops)) == (0, 128)


def test_the_same_seed_cuts_the_same():
    cuts = [patches(3, judge=True, generator=torch.Generator().manual_seed(4))[0]] * 2
    again = patches(3, judge=True, generator=torch.Generator().manual_seed(4))[0]
    assert torch.equal(cuts[0], again)


def test_the_network_takes_pieces_and_names_eight():
    assert patch_net()(torch.zeros(2, 1, 32, 32)).shape == (2, 8)


def test_rejects_no_piece():
    refuses(lambda n: patches(n, judge=True), "^count is 0: ", good=[1], bad=[0])
