"""Recursive network: one function makes a phrase of two, the same one everywhere.

Chapter: book/recursive.md
Source:  Goller and Kuechler (1996), https://doi.org/10.1109/ICNN.1996.548916; Socher et
         al. (2011), parsing natural scenes and natural language; Lee (2020)
"""

from collections.abc import Callable

import torch
from torch import Tensor

from ml2020.support.checks import check_halves, check_matrix


def recnn_cell(
    a: Tensor,
    b: Tensor,
    W: Tensor,
    e: Tensor,
    bend: Callable[[Tensor], Tensor] = torch.tanh,
) -> Tensor:
    """Return the vectors of phrases, of those of their parts.

    Args:
        a: The left parts (..., n, d).
        b: The right parts (..., n, d).
        W: The weights (..., d, 2d).
        e: The biases (..., 1, d).
        bend: The activation function.

    Raises:
        ValueError: If the weights or the biases are those of other sizes.
    """
    check_halves(a, b, W)
    check_matrix("e", e, 1, a.shape[-1])
    return bend(torch.cat([a, b], dim=-1) @ W.mT + e)
