"""Slopes: a convolution's way back, itself two convolutions.

Chapter: book/cnn_layers.md
Source:  Dumoulin and Visin (2016), on the transposed convolution,
         https://arxiv.org/abs/1603.07285
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ml2020.cnn.convolution import convolve, windows
from ml2020.cnn.sizes import out_size
from ml2020.support.checks import (
    check_filled,
    check_finite,
    check_groups,
    check_like,
    check_shape,
)

SPOILT = "look at the layer behind, or lower the rate"
Maps = Float[Tensor, "n filters rows_out columns_out"]
Pictures = Float[Tensor, "n channels rows columns"]


def slope_by_weights(
    delta: Maps,
    x: Pictures,
    kernel: tuple[int, int],
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Float[Tensor, "filters group_channels u v"]:
    """Return the slope of the cost by each weight, summed over the pictures.

    Args:
        delta: The slope of the cost by each number of the maps.
        x: What came in.
        kernel: Rows and columns of a filter.
        stride: That of the way forward, and so on.
        padding: Likewise.
        dilation: Likewise.
        groups: Likewise.

    Raises:
        ValueError: If a number is outside its range, or delta is that of other maps or
            of another kind of numbers.
    """
    check_pair(delta, x, kernel, (stride, padding, dilation), groups)
    seen = windows(x, kernel, stride, padding, dilation)
    seen = torch.unflatten(seen, 1, (groups, -1))  # (n, g, c, i, j, u, v)
    parts = torch.unflatten(delta, 1, (groups, -1))  # (n, g, o, i, j)
    return torch.einsum("ngoij,ngcijuv->gocuv", parts, seen).flatten(0, 1)


def slope_by_input(
    delta: Maps,
    W: Float[Tensor, "filters group_channels u v"],
    size: tuple[int, int],
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Pictures:
    """Return the slope of the cost by each dot: a transposed convolution of delta.

    Args:
        delta: The slope of the cost by each number of the maps.
        W: The filters.
        size: Rows and columns of what came in.
        stride: That of the way forward, and so on.
        padding: Likewise.
        dilation: Likewise.
        groups: Likewise.

    Raises:
        ValueError: If a number is outside its range, or delta is that of other maps or
            of another kind of numbers.
    """
    check_maps(delta, W, size, (stride, padding, dilation))
    check_groups(W.shape[1] * groups, len(W), groups)
    check_like("delta", delta, "W", W)
    check_finite("delta", delta, SPOILT)
    n, filters, rows, columns = delta.shape
    # A stride skipped places: put them back, with nothing in them.
    apart = (rows - 1) * stride + 1, (columns - 1) * stride + 1
    wide = delta.new_zeros(n, filters, *apart)
    wide[:, :, ::stride, ::stride] = delta
    turned = torch.unflatten(W.flip(2, 3), 0, (groups, -1))
    turned = turned.transpose(1, 2).flatten(0, 1)
    edges: list[int] = []
    for axis in (1, 0):  # F.pad begins with the last axis
        whole = dilation * (W.shape[2 + axis] - 1)
        first = whole - padding
        edges += [first, size[axis] + whole - apart[axis] - first]
    no_bias = W.new_zeros(len(turned))
    wide = F.pad(wide, edges)  # it cuts where an edge is negative
    return convolve(wide, turned, no_bias, dilation=dilation, groups=groups)


def check_pair(
    delta: Tensor,
    x: Tensor,
    kernel: tuple[int, int],
    settings: tuple[int, int, int],
    groups: int,
) -> None:
    """Refuse the slope by maps that do not come from these pictures.

    Raises:
        ValueError: If there is no picture or filter, the shape is another one, groups
            or kinds of numbers do not fit, or a number is NaN or infinite.
    """
    check_filled("x", x, "picture")
    sides = (
        out_size(*pair, *settings) for pair in zip(x.shape[2:], kernel, strict=True)
    )
    check_shape("delta", delta, (len(x), delta.shape[1], *sides))
    check_filled("delta", delta, "filter")
    check_groups(x.shape[1], delta.shape[1], groups)
    check_like("delta", delta, "x", x)
    check_finite("delta", delta, SPOILT)
    check_finite("x", x, "drop or mend those pictures")


def check_maps(
    delta: Tensor, W: Tensor, size: tuple[int, int], settings: tuple[int, int, int]
) -> None:
    """Refuse the slope by other maps than those that come out.

    Raises:
        ValueError: If there is none, or it has another shape.
    """
    check_filled("delta", delta, "picture")
    sides = (out_size(*pair, *settings) for pair in zip(size, W.shape[2:], strict=True))
    check_shape("delta", delta, (len(delta), len(W), *sides))
