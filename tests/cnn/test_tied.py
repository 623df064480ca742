"""Tied: the matrix says what the convolution says, with nine different weights."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.cnn import convolve, tied_matrix
from tests.refusals import refuses, spoilt


def drawn(seed, channels=2):
    dice = torch.Generator().manual_seed(seed)
    W = torch.randn(3, channels, 3, 3, generator=dice, dtype=torch.float64)
    return W, torch.randn(4, channels, 6, 6, generator=dice, dtype=torch.float64)


@pytest.mark.equation("eq-cnn-tied")
@given(seed=st.integers(0, 2**31), stride=st.integers(1, 2), padding=st.integers(0, 2))
def test_it_takes_pictures_to_their_maps(seed, stride, padding):
    W, x = drawn(seed)
    T = tied_matrix(W, 6, stride, padding)
    maps = convolve(x, W, torch.zeros(3, dtype=torch.float64), stride, padding)
    torch.testing.assert_close(x.flatten(1) @ T.T, maps.flatten(1), rtol=0, atol=1e-12)


def test_an_entry_is_a_weight_or_zero():
    W, _ = drawn(0)
    T = tied_matrix(W, 6).view(3, 4, 4, 2, 6, 6)
    for o, i, j, c, row, column in (T == T).nonzero().tolist():
        u, v = row - i, column - j
        inside = 0 <= u < 3 and 0 <= v < 3
        expected = W[o, c, u, v].item() if inside else 0.0
        assert T[o, i, j, c, row, column].item() == expected


def test_the_lectures_filter_has_nine_weights_in_576_places():
    W = torch.arange(1.0, 10.0).view(1, 1, 3, 3)
    T = tied_matrix(W, 6)
    assert T.shape == (16, 36)
    assert T.numel() == 576
    assert (T != 0).sum() == 144
    assert len(T[T != 0].unique()) == 9
    assert all((T == weight).sum() == 16 for weight in range(1, 10))


def test_the_kind_of_numbers_is_kept():
    for kind in (torch.float32, torch.float64):
        assert tied_matrix(torch.ones(1, 1, 2, 2, dtype=kind), 3).dtype == kind


def test_rejects_sizes_and_weights():
    W, _ = drawn(0)
    refuses(lambda n: tied_matrix(W[..., :1, :1], n), "^size is 0: ", good=[1], bad=[0])
    refuses(lambda n: tied_matrix(W, n), "^kernel spans 3 ", good=[3], bad=[2])
    for empty in (W[:0], W[:, :0]):
        with pytest.raises(
            ValueError, match=r"^W is empty: give at least one filter a"
        ):
            tied_matrix(empty, 4)
    bad = spoilt(W, math.nan, math.inf)
    refuses(lambda W: tied_matrix(W, 4), "^W has NaN or infinity: ", good=[W], bad=bad)


@pytest.mark.equation("eq-cnn-line")
def test_a_line_by_hand():
    x = torch.tensor([1.0, 2, 0, 3, 1])
    T = torch.zeros(4, 5)
    for i in range(4):
        T[i, i], T[i, i + 1] = 1, -1
    W = torch.tensor([[[[1.0, -1.0]]]])
    dots = torch.eye(5).view(5, 1, 1, 5)
    assert torch.equal(convolve(dots, W, torch.zeros(1))[:, 0, 0].T, T)
    assert (T @ x).tolist() == [-1, 2, -3, 2]
    assert (T.T @ torch.tensor([1.0, 0, 2, 1])).tolist() == [1, -1, 2, -1, -1]
