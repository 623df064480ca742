"""Tied: a convolution as one large matrix, mostly zeros, its weights used many times.

Chapter: book/cnn_layers.md
Source:  Lee (2020), convolution versus fully connected: wires cut, weights shared
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.cnn.convolution import convolve
from ml2020.support.checks import check_at_least, check_filled


def tied_matrix(
    W: Float[Tensor, "filters channels u v"],
    size: int,
    stride: int = 1,
    padding: int = 0,
) -> Float[Tensor, "outputs inputs"]:
    """Return the matrix that takes a flattened picture to its flattened maps.

    A column is what becomes of a picture with a single dot.

    Args:
        W: The filters.
        size: Rows and columns of the picture.
        stride: From one place to the next, 1 or more.
        padding: Rows and columns of zeros at each edge, 0 or more.

    Raises:
        ValueError: If a number is outside its range, there is no filter or channel, a
            filter is larger than the padded picture, or a weight is NaN or infinite.
    """
    check_at_least("size", size, 1)
    check_filled("W", W, "filter and channel")
    filters, channels = W.shape[:2]
    dots = torch.eye(channels * size**2).to(W).view(-1, channels, size, size)
    maps = convolve(dots, W, W.new_zeros(filters), stride, padding)
    return maps.flatten(1).T
