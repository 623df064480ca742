"""Slopes: those of autograd, for all strides, paddings, dilations and groups."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from ml2020.cnn import convolve, slope_by_input, slope_by_weights, tied_matrix
from tests.refusals import refuses, spoilt

settings = {
    "seed": st.integers(0, 2**31),
    "stride": st.integers(1, 3),
    "padding": st.integers(0, 3),
    "dilation": st.integers(1, 3),
    "groups": st.integers(1, 2),
}


def case(seed, stride, padding, dilation, groups):
    dice = torch.Generator().manual_seed(seed)
    shapes = (2, 2 * groups, 7, 8), (3 * groups, 2, 3, 2)
    x, W = (torch.randn(s, generator=dice).double().requires_grad_() for s in shapes)
    y = F.conv2d(x, W, None, stride, padding, dilation, groups)
    delta = torch.randn(y.shape, generator=dice).double()
    by_x, by_W = torch.autograd.grad((y * delta).sum(), [x, W])
    return x.detach(), W.detach(), delta, by_x, by_W


@pytest.mark.equation("eq-cnn-back-weights")
@given(**settings)
def test_by_weights(seed, stride, padding, dilation, groups):
    x, W, delta, _, expected = case(seed, stride, padding, dilation, groups)
    rest = stride, padding, dilation, groups
    found = slope_by_weights(delta, x, tuple(W.shape[2:]), *rest)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-11)


@given(**settings)
def test_by_input(seed, stride, padding, dilation, groups):
    x, W, delta, expected, _ = case(seed, stride, padding, dilation, groups)
    rest = stride, padding, dilation, groups
    found = slope_by_input(delta, W, tuple(x.shape[2:]), *rest)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-11)


@pytest.mark.equation("eq-cnn-back-input")
def test_the_way_back_is_the_turned_matrix():
    x, W, delta, _, _ = case(0, 1, 0, 1, 1)
    W, x, delta = W[..., :2, :], x[..., :7], None
    T = tied_matrix(W, 7)
    y = convolve(x, W, W.new_zeros(3))
    dice = torch.Generator().manual_seed(1)
    delta = torch.randn(y.shape, generator=dice).double()
    found = slope_by_input(delta, W, (7, 7))
    expected = (delta.flatten(1) @ T).view_as(x)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


def test_a_line_by_hand():
    line = torch.tensor([[[[1.0, 2, 0, 3, 1]]]])
    W = torch.tensor([[[[1.0, -1.0]]]])
    delta = torch.tensor([[[[1.0, 0, 2, 1]]]])
    assert slope_by_weights(delta, line, (1, 2)).flatten().tolist() == [4, 9]
    assert slope_by_input(delta, W, (1, 5)).flatten().tolist() == [1, -1, 2, -1, -1]
    bias = torch.zeros(1, requires_grad=True)
    (convolve(line, W, bias) * delta).sum().backward()
    assert bias.grad.item() == delta.sum() == 4


def test_nothing_is_written_in_place():
    x, W, delta, _, _ = case(0, 2, 1, 1, 1)
    before = delta.clone(), x.clone(), W.clone()
    slope_by_weights(delta, x, (3, 2), 2, 1)
    slope_by_input(delta, W, (7, 8), 2, 1)
    now = delta, x, W
    assert all(torch.equal(*pair) for pair in zip(before, now, strict=True))


def test_rejects_the_slopes_of_other_maps():
    x, W, delta, _, _ = case(0, 1, 0, 1, 1)
    said = r"^delta has the shape .*: give it \(2, 3, 5, 7\)$"
    wrong = [delta[..., 1:], delta[:, :, 1:]]
    refuses(
        lambda d: slope_by_weights(d, x, (3, 2)),
        said,
        good=[delta],
        bad=wrong,
    )
    refuses(lambda d: slope_by_input(d, W, (7, 8)), said, good=[delta], bad=wrong)
    with pytest.raises(ValueError, match=r"^delta is empty: give at least one picture"):
        slope_by_input(delta[:0], W, (7, 8))
    with pytest.raises(ValueError, match=r"^delta is empty: give at least one filter$"):
        slope_by_weights(delta[:, :0], x, (3, 2))


def test_rejects_groups_that_do_not_divide():
    x, W, delta, _, _ = case(0, 1, 0, 1, 2)
    said = "^groups is .*: give a divisor of "
    refuses(
        lambda g: slope_by_weights(delta, x, (3, 2), groups=g),
        said,
        good=[1, 2],
        bad=[0, 3, 4],
    )
    refuses(
        lambda g: slope_by_input(delta, W, (7, 8), groups=g),
        said,
        good=[1, 2, 3],
        bad=[0, 4],
    )


def test_rejects_what_is_no_number():
    x, W, delta, _, _ = case(0, 1, 0, 1, 1)
    said = "^delta has NaN or infinity: look at the layer behind, or lower the rate$"
    bad = spoilt(delta, math.nan, math.inf)
    refuses(lambda d: slope_by_weights(d, x, (3, 2)), said, good=[delta], bad=bad)
    refuses(lambda d: slope_by_input(d, W, (7, 8)), said, good=[delta], bad=bad)
    said = "^x has NaN or infinity: drop or mend those pictures$"
    bad = spoilt(x, math.nan, math.inf)
    refuses(lambda x: slope_by_weights(delta, x, (3, 2)), said, good=[x], bad=bad)


def test_rejects_numbers_of_two_kinds():
    x, W, delta, _, _ = case(0, 1, 0, 1, 1)
    said = "^delta is torch.float32, x is torch.float64: give delta.to"
    with pytest.raises(ValueError, match=said):
        slope_by_weights(delta.float(), x, (3, 2))
    with pytest.raises(ValueError, match=said.replace("x is", "W is")):
        slope_by_input(delta.float(), W, (7, 8))


def test_groups_that_cannot_be_cut_are_told_with_channels_and_filters():
    delta, W = torch.zeros(1, 3, 2, 2), torch.zeros(3, 2, 2, 2)
    said = "^groups is 2: give a divisor of 4 channels and of 3 filters$"
    with pytest.raises(ValueError, match=said):
        slope_by_input(delta, W, (3, 3), groups=2)
    with pytest.raises(ValueError, match=said):
        slope_by_weights(delta, torch.zeros(1, 4, 3, 3), (2, 2), groups=2)
