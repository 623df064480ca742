"""Unpooling: maxima back at their places, against torch's."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.autoencoder import pooled, unpooled, windows
from tests.refusals import refuses


def maps(n=2, channels=3, height=4, width=6):
    dice = torch.Generator().manual_seed(0)
    return torch.randn(n, channels, height, width, generator=dice)


def test_windows_hold_their_four_dots_row_by_row():
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    assert windows(x)[0, 0].tolist() == [
        [[0, 1, 4, 5], [2, 3, 6, 7]],
        [[8, 9, 12, 13], [10, 11, 14, 15]],
    ]


def test_pooling_is_torch_s():
    x = maps()
    y, places = pooled(x)
    torch.testing.assert_close(y, F.max_pool2d(x, 2))
    assert places.shape == (2, 3, 2, 3)


@pytest.mark.equation("eq-autoencoder-unpool")
def test_unpooling_is_torch_s_and_keeps_the_maxima():
    x = maps()
    theirs, indices = F.max_pool2d(x, 2, return_indices=True)
    made = unpooled(*pooled(x))
    torch.testing.assert_close(made, F.max_unpool2d(theirs, indices, 2))
    kept = made != 0
    assert kept.sum() == theirs.numel()
    assert torch.equal(made[kept], x[kept])


def test_pooling_again_gives_the_same_where_maxima_are_positive():
    x = maps().abs()
    y, places = pooled(x)
    again, same = pooled(unpooled(y, places))
    assert torch.equal(again, y)
    assert torch.equal(same, places)


def test_refusals():
    refuses(
        pooled,
        "^x is .* by .*: give even sides, or pad it$",
        good=[maps(), maps(height=2, width=2)],
        bad=[maps(height=3), maps(width=5)],
    )
    y, places = pooled(maps())
    refuses(
        lambda p: unpooled(y, p),
        "^places is not from 0 to 3: give those of the pooling$",
        good=[places, places * 0, places * 0 + 3],
        bad=[places + 4, places - 4, places * 0 - 1, places * 0 + 4],
    )
    empty = maps(n=0)
    assert unpooled(*pooled(empty)).shape == empty.shape
