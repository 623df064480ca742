"""Convolution: the lecture's maps, torch's, a slow loop's, and what is refused."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from ml2020.cnn import convolve, windows
from tests.refusals import refuses, spoilt

LECTURE = torch.tensor(
    [
        [1, 0, 0, 0, 0, 1],
        [0, 1, 0, 0, 1, 0],
        [0, 0, 1, 1, 0, 0],
        [1, 0, 0, 0, 1, 0],
        [0, 1, 0, 0, 1, 0],
        [0, 0, 1, 0, 1, 0],
    ],
    dtype=torch.float64,
)[None, None]
DIAGONAL = 2 * torch.eye(3, dtype=torch.float64)[None, None] - 1


def drawn(seed, groups=1, device="cpu", sides=(7, 9), kernel=(3, 2)):
    dice = torch.Generator().manual_seed(seed)
    shapes = (2, 2 * groups, *sides), (3 * groups, 2, *kernel), (3 * groups,)
    numbers = (torch.randn(s, generator=dice, dtype=torch.float64) for s in shapes)
    return [number.to(device) for number in numbers]


def test_the_lectures_filter_finds_its_diagonal_in_two_places():
    found = convolve(LECTURE, DIAGONAL, torch.zeros(1, dtype=torch.float64))
    expected = [[3, -1, -3, -1], [-3, 1, 0, -3], [-3, -3, 0, 1], [3, -2, -2, -1]]
    assert found[0, 0].tolist() == expected
    assert (found == 3).sum() == 2


@given(
    seed=st.integers(0, 2**31),
    stride=st.integers(1, 3),
    padding=st.integers(0, 3),
    dilation=st.integers(1, 3),
    groups=st.integers(1, 3),
)
def test_torch_says_the_same(device, seed, stride, padding, dilation, groups):
    x, W, b = drawn(seed, groups, device)
    ours = convolve(x, W, b, stride, padding, dilation, groups)
    theirs = F.conv2d(x, W, b, stride, padding, dilation, groups)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-12)


@pytest.mark.equation("eq-cnn-convolution")
@pytest.mark.parametrize(("stride", "padding", "dilation"), [(1, 0, 1), (2, 2, 3)])
def test_each_number_is_a_sum_over_its_window(stride, padding, dilation):
    x, W, b = drawn(0)
    found = convolve(x, W, b, stride, padding, dilation)
    places = found[0].nonzero().tolist()
    assert len(places) == found[0].numel()
    for o, i, j in places:
        total = b[o].item()
        for c, u, v in (W[o] == W[o]).nonzero().tolist():
            row = i * stride + dilation * u - padding
            column = j * stride + dilation * v - padding
            if 0 <= row < 7 and 0 <= column < 9:
                total += (W[o, c, u, v] * x[0, c, row, column]).item()
        assert found[0, o, i, j].item() == pytest.approx(total, abs=1e-12)


@pytest.mark.equation("eq-cnn-equivariance")
@given(down=st.integers(0, 3), right=st.integers(0, 3), seed=st.integers(0, 2**31))
def test_a_moved_picture_has_moved_maps(down, right, seed):
    x, W, b = drawn(seed)
    moved = x.roll((down, right), dims=(2, 3))
    ours, expected = (convolve(p, W, b) for p in (moved, x))
    rows, columns = expected.shape[2] - down, expected.shape[3] - right
    torch.testing.assert_close(
        ours[:, :, down:, right:],
        expected[:, :, :rows, :columns],
        rtol=0,
        atol=1e-12,
    )


def test_with_a_stride_it_moves_along_only_by_multiples():
    x, W, b = drawn(1, sides=(12, 12))
    two, one = (convolve(x.roll(k, dims=3), W, b, stride=2) for k in (2, 1))
    before = convolve(x, W, b, stride=2)
    torch.testing.assert_close(two[..., 1:], before[..., :-1], rtol=0, atol=1e-12)
    assert (one[..., 1:] - before[..., :-1]).abs().max() > 0.1


def test_a_window_is_a_view():
    x = torch.arange(12.0).view(1, 1, 3, 4)
    seen = windows(x, (2, 3))
    assert seen.shape == (1, 1, 2, 2, 2, 3)
    assert seen[0, 0, 1, 1].tolist() == [[5, 6, 7], [9, 10, 11]]
    assert seen.data_ptr() == x.data_ptr()


def test_gradients_pass_through():
    x, W, b = drawn(2, sides=(5, 5))
    leaves = [value.requires_grad_() for value in (x, W, b)]
    assert torch.autograd.gradcheck(
        lambda x, W, b: convolve(x, W, b, stride=2, padding=1), leaves
    )


def test_nothing_is_written_in_place_and_float32_stays():
    x, W, b = (value.float() for value in drawn(3))
    before = [value.clone() for value in (x, W, b)]
    assert convolve(x, W, b, padding=1).dtype == torch.float32
    assert all(torch.equal(*pair) for pair in zip(before, (x, W, b), strict=True))


# ---- refusals


def test_rejects_an_empty_batch_and_no_filter():
    x, W, b = drawn(0)
    with pytest.raises(ValueError, match=r"^x is empty: give at least one picture$"):
        convolve(x[:0], W, b)
    with pytest.raises(ValueError, match=r"^x is empty: give at least one picture$"):
        windows(x[:0], (2, 2))
    with pytest.raises(ValueError, match=r"^W is empty: give at least one filter$"):
        convolve(x, W[:0], b[:0])


def test_rejects_a_window_larger_than_the_padded_picture():
    x = torch.zeros(1, 1, 5, 9)
    said = "^kernel spans .* numbers, the padded picture has .*: take a smaller kernel"
    refuses(lambda k: windows(x, (k, 1)), said, good=[5], bad=[6])
    refuses(lambda k: windows(x, (1, k)), said, good=[9], bad=[10])
    refuses(lambda p: windows(x, (7, 3), padding=p), said, good=[1], bad=[0])
    refuses(lambda d: windows(x, (3, 3), dilation=d), said, good=[2], bad=[3])


def test_rejects_settings_outside_their_ranges():
    x = torch.zeros(1, 1, 5, 9)
    for name, least in (("stride", 1), ("dilation", 1), ("padding", 0)):
        refuses(
            lambda value, name=name: windows(x, (2, 2), **{name: value}),
            f"^{name} is .*: give {least} or more$",
            good=[least],
            bad=[least - 1],
        )


def test_rejects_groups_that_do_not_divide():
    x, W, b = drawn(0, groups=2)
    said = "^groups is .*: give a divisor of 4 channels and of 6 filters$"
    refuses(lambda g: convolve(x, W, b, groups=g), said, good=[2], bad=[0, 3, 4, -1])


def test_rejects_filters_of_other_channels():
    x, W, b = drawn(0)
    said = r"^W has the shape \(3, 1, 3, 2\): give it \(3, 2, 3, 2\)$"
    refuses(lambda W: convolve(x, W, b), said, good=[W], bad=[W[:, :1]])


def test_rejects_numbers_of_two_kinds():
    x, W, b = drawn(0)
    with pytest.raises(ValueError, match=r"^W is torch.float32, x is torch.float64: "):
        convolve(x, W.float(), b)
    with pytest.raises(ValueError, match=r"^b is torch.float32, x is torch.float64: "):
        convolve(x, W, b.float())


def test_rejects_what_is_no_number():
    x, W, b = drawn(0)
    for k, name in enumerate(("x", "W", "b")):

        def call(value, k=k):
            given = [x, W, b]
            given[k] = value
            return convolve(*given)

        good = (x, W, b)[k]
        bad = spoilt(good, math.nan, math.inf)
        refuses(call, f"^{name} has NaN or infinity: ", good=[good], bad=bad)
