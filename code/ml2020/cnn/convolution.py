"""Convolution: every filter looks at every window of a picture, all at once.

Chapter: book/cnn_layers.md
Source:  LeCun, Bottou, Bengio and Haffner (1998); without turning the
         filter round, so that it is a cross-correlation, as torch's conv2d is
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ml2020.cnn.sizes import out_size
from ml2020.support.checks import (
    check_filled,
    check_finite,
    check_groups,
    check_like,
    check_shape,
)


def windows(
    x: Float[Tensor, "n channels rows columns"],
    kernel: tuple[int, int],
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> Float[Tensor, "n channels rows_out columns_out u v"]:
    """Return what a sliding window sees at each of its places.

    Without padding it is a view: no number is copied.

    Args:
        x: Pictures.
        kernel: Rows and columns of the window, each 1 or more.
        stride: From one place to the next, 1 or more.
        padding: Rows and columns of zeros at each edge, 0 or more.
        dilation: From one number of the window to its next, 1 or more.

    Raises:
        ValueError: If a number is outside its range, there is no picture, or the window
            is larger than the padded picture.
    """
    check_pictures(x, kernel, stride, padding, dilation)
    span_u, span_v = (dilation * (size - 1) + 1 for size in kernel)
    x = F.pad(x, (padding,) * 4) if padding else x
    x = x.unfold(2, span_u, stride).unfold(3, span_v, stride)
    return x[..., ::dilation, ::dilation]


def convolve(
    x: Float[Tensor, "n channels rows columns"],
    W: Float[Tensor, "filters group_channels u v"],
    b: Float[Tensor, " filters"],
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Float[Tensor, "n filters rows_out columns_out"]:
    """Return the map of each filter.

    Args:
        x: Pictures.
        W: The filters; each looks at channels / groups channels.
        b: A bias for each filter.
        stride: From one place to the next, 1 or more.
        padding: Rows and columns of zeros at each edge, 0 or more.
        dilation: From one number of the window to its next, 1 or more.
        groups: Into how many equal parts channels and filters are cut; the filters of a
            part see its channels alone.

    Raises:
        ValueError: If a number is outside its range, there is no picture, shapes or
            kinds of numbers do not fit, or a number is NaN or infinite.
    """
    check_filters(x, W, b, groups)
    kernel = (W.shape[2], W.shape[3])
    seen = windows(x, kernel, stride, padding, dilation)
    seen = torch.unflatten(seen, 1, (groups, -1))  # (n, g, c, i, j, u, v)
    parts = torch.unflatten(W, 0, (groups, -1))  # (g, o, c, u, v)
    y = torch.einsum("ngcijuv,gocuv->ngoij", seen, parts)
    return y.flatten(1, 2) + b[:, None, None]


def check_pictures(
    x: Tensor, kernel: tuple[int, int], stride: int, padding: int, dilation: int
) -> None:
    """Refuse pictures that a window does not fit into, or none.

    Raises:
        ValueError: If a number is outside its range, there is no picture, or the window
            is larger than the padded picture.
    """
    check_filled("x", x, "picture")
    for size, length in zip(x.shape[2:], kernel, strict=True):
        out_size(size, length, stride, padding, dilation)


def check_filters(x: Tensor, W: Tensor, b: Tensor, groups: int) -> None:
    """Refuse filters that do not fit the pictures, and what is no number.

    Raises:
        ValueError: If there is no picture or filter, groups do not divide channels and
            filters, shapes or kinds of numbers do not fit, or a number is NaN or
            infinite.
    """
    check_filled("x", x, "picture")
    check_filled("W", W, "filter")
    channels, filters = x.shape[1], len(W)
    check_groups(channels, filters, groups)
    check_shape("W", W, (filters, channels // groups, *W.shape[2:]))
    check_like("W", W, "x", x)
    check_like("b", b, "x", x)
    check_finite("x", x, "drop or mend those pictures")
    check_finite("W", W, "train anew with a lower rate")
    check_finite("b", b, "train anew with a lower rate")
