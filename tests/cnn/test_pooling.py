"""Pooling: torch's, by hand, its way back, and what it loses."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from ml2020.cnn import max_pool, mean_pool
from tests.refusals import refuses, spoilt

POOLS = [(max_pool, F.max_pool2d), (mean_pool, F.avg_pool2d)]


def maps(seed, sides=(7, 8)):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(2, 3, *sides, generator=dice, dtype=torch.float64)


@pytest.mark.parametrize(("ours", "theirs"), POOLS)
@given(seed=st.integers(0, 2**31), size=st.integers(1, 7), stride=st.integers(1, 4))
def test_torch_says_the_same(ours, theirs, seed, size, stride):
    x = maps(seed)
    for given_stride in (None, stride):
        found, expected = ours(x, size, given_stride), theirs(x, size, given_stride)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


@pytest.mark.equation("eq-cnn-pool")
def test_each_number_is_the_largest_of_its_square():
    x = maps(0)
    found = max_pool(x, 2)
    assert found.shape == (2, 3, 3, 4)
    for n, c, i, j in (found == found).nonzero().tolist():
        square = [x[n, c, 2 * i + u, 2 * j + v].item() for u in (0, 1) for v in (0, 1)]
        assert found[n, c, i, j].item() == max(square)


def test_the_slope_goes_to_the_largest_alone():
    x = maps(1, (4, 4)).requires_grad_()
    (slope,) = torch.autograd.grad(max_pool(x, 2).sum(), x)
    squares = slope.unfold(2, 2, 2).unfold(3, 2, 2).flatten(4)
    assert torch.equal(
        squares.sort(dim=4).values[..., -1], torch.ones(2, 3, 2, 2).double()
    )
    assert torch.equal(squares.sum(dim=4), torch.ones(2, 3, 2, 2, dtype=torch.float64))


def test_of_equal_ones_a_single_one_gets_the_slope():
    x = torch.ones(1, 1, 2, 2, requires_grad=True)
    (slope,) = torch.autograd.grad(max_pool(x, 2).sum(), x)
    assert sorted(slope.flatten().tolist()) == [0, 0, 0, 1]


def test_stripes_of_period_two_are_lost():
    stripes = (torch.arange(6) % 2).double().expand(1, 1, 6, 6)
    for pool in (max_pool, mean_pool):
        both = pool(stripes, 2), pool(1 - stripes, 2), pool(stripes.mT, 2)
        assert all(torch.equal(both[0], other) for other in both)


@pytest.mark.parametrize("pool", [max_pool, mean_pool])
def test_rejects_squares_larger_than_the_map(pool):
    x = maps(0)
    said = "^size is 8, the map 7 by 8: give 7 or less$"
    refuses(lambda size: pool(x, size), said, good=[7], bad=[8])
    refuses(
        lambda size: pool(x, size), "^size is 0: give 1 or more$", good=[1], bad=[0]
    )
    refuses(lambda s: pool(x, 2, s), "^stride is 0: give 1 or more$", good=[1], bad=[0])


@pytest.mark.parametrize("pool", [max_pool, mean_pool])
def test_rejects_no_map_and_what_is_no_number(pool):
    x = maps(0)
    with pytest.raises(ValueError, match=r"^x is empty: give at least one picture$"):
        pool(x[:0], 2)
    said = "^x has NaN or infinity: lower the rate, or look at the layer before$"
    bad = spoilt(x, math.nan, math.inf)
    refuses(lambda x: pool(x, 2), said, good=[x], bad=bad)
