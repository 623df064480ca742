"""Recursive network: one function makes a phrase of two, the same one everywhere.

Chapter: book/recursive.md
Source:  Goller and Kuechler (1996), https://doi.org/10.1109/ICNN.1996.548916; Socher et
         al. (2011), parsing natural scenes and natural language; Lee (2020)
"""

from collections.abc import Callable

import torch
from torch import Tensor

from ml2020.support.checks import check_shape


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
    check_layer(a, b, W)
    check_table("e", e, 1, a.shape[-1])
    return bend(torch.cat([a, b], dim=-1) @ W.mT + e)


def check_layer(a: Tensor, b: Tensor, W: Tensor) -> None:
    """Refuse parts and weights that do not fit.

    Raises:
        ValueError: If they do not.
    """
    n, d = a.shape[-2:]
    check_table("b", b, n, d)
    check_table("W", W, d, 2 * d)


def check_table(name: str, value: Tensor, rows: int, columns: int) -> None:
    """Refuse tables of another size; how many there are of it is free.

    Raises:
        ValueError: If they are.
    """
    check_shape(name, value, (*value.shape[:-2], rows, columns))
