"""Transposed convolution: the adjoint, torch's layer, and what overlaps."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.autoencoder import overlaps, spread, transposed
from tests.refusals import refuses

DOUBLE = torch.float64


def drawn(*shape, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=dice, dtype=DOUBLE)


@pytest.mark.equation("eq-autoencoder-transposed")
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_it_is_the_adjoint_of_the_convolution(stride):
    w, x = drawn(3, 2, 3, 3), drawn(2, 2, 9, 12, seed=1)
    Cx = F.conv2d(x, w, stride=stride)
    y = drawn(*Cx.shape, seed=2)
    back = transposed(y, w, stride)
    seen = x[..., : back.shape[-2], : back.shape[-1]]
    torch.testing.assert_close((Cx * y).sum(), (seen * back).sum())


@pytest.mark.parametrize(("k", "stride"), [(1, 1), (3, 1), (3, 2), (2, 2), (4, 3)])
def test_it_is_torch_s(k, stride):
    y, w = drawn(2, 3, 4, 5), drawn(3, 2, k, k, seed=1)
    torch.testing.assert_close(
        transposed(y, w, stride), F.conv_transpose2d(y, w, stride=stride)
    )


def test_it_is_no_inverse():
    w, x = drawn(1, 1, 3, 3), drawn(1, 1, 8, 8, seed=1)
    back = transposed(F.conv2d(x, w), w)
    assert back.shape == x.shape
    assert (back - x).abs().max() > 0.5


def test_zeros_stand_between_neighbours_only():
    y = torch.tensor([[[[1.0, 2.0]]]])
    assert spread(y, 3).tolist() == [[[[1, 0, 0, 2]]]]
    assert torch.equal(spread(y, 1), y)


@pytest.mark.parametrize(("n", "k", "stride"), [(4, 3, 2), (4, 4, 2), (3, 1, 2)])
def test_overlaps_are_the_transposed_convolution_of_ones(n, k, stride):
    ones = torch.ones(1, 1, 1, n, dtype=DOUBLE)
    w = torch.zeros(1, 1, k, k, dtype=DOUBLE)
    w[0, 0, 0] = 1
    row = transposed(ones, w, stride)[0, 0, 0].tolist()
    assert overlaps(n, k, stride) == row
    assert overlaps(4, 3, 2) == [1, 1, 2, 1, 2, 1, 2, 1, 1]


def test_refusals():
    y, w = drawn(1, 1, 2, 2), drawn(1, 1, 2, 2)
    refuses(
        lambda s: transposed(y, w, s), "^stride is .*: give 1", good=[1], bad=[0, -1]
    )
    for name in ("n", "k", "stride"):
        refuses(
            lambda v, name=name: overlaps(**{"n": 2, "k": 2, "stride": 1, name: v}),
            f"^{name} is .*: give 1 or more$",
            good=[1],
            bad=[0],
        )
