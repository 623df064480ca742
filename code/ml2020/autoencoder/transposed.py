"""Transposed convolution: the convolution whose matrix is the transpose of another's.

It is called deconvolution, too, but it undoes nothing.

Chapter: book/autoencoder_codes.md
Source:  Dumoulin and Visin (2016), chapter 4, https://arxiv.org/abs/1603.07285
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least

Maps = Float[Tensor, "n channels height width"]
Filters = Float[Tensor, "channels out k k"]


def spread(y: Maps, stride: int) -> Float[Tensor, "n channels _ _"]:
    """Return maps with stride - 1 zeros between each two neighbours.

    Raises:
        ValueError: If stride is below 1.
    """
    check_at_least("stride", stride, 1)
    n, channels, h, w = y.shape
    apart = (n, channels, stride * (h - 1) + 1, stride * (w - 1) + 1)
    wide = torch.zeros(apart, dtype=y.dtype, device=y.device)
    wide[..., ::stride, ::stride] = y
    return wide


def transposed(y: Maps, w: Filters, stride: int = 1) -> Float[Tensor, "n out _ _"]:
    """Return the transposed convolution: zeros between and around, filters turned.

    Args:
        y: Maps.
        w: For each map of y, and each that comes out, a filter of k by k.
        stride: That of the convolution whose transpose it is.

    Raises:
        ValueError: If stride is below 1.
    """
    k = w.shape[-1]
    padded = F.pad(spread(y, stride), [k - 1] * 4)
    turned = w.flip(-2, -1).transpose(0, 1)
    return F.conv2d(padded, turned)


def overlaps(n: int, k: int, stride: int) -> list[int]:
    """Return how many of n dots in a row add to each dot that comes out.

    Args:
        n: Dots that go in, 1 or more.
        k: Width of the filter, 1 or more.
        stride: 1 or more.

    Raises:
        ValueError: If a number is below 1.
    """
    for name, value in (("n", n), ("k", k), ("stride", stride)):
        check_at_least(name, value, 1)
    counts = [0] * (stride * (n - 1) + k)
    for place in range(n):
        for j in range(k):
            counts[stride * place + j] += 1
    return counts
