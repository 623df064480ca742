"""Recursive neural tensor network: numbers of both parts meet as products.

Chapter: book/recursive.md
Source:  Socher et al. (2013), section 4.3, https://aclanthology.org/D13-1170
"""

import torch
from torch import Tensor

from ml2020.support.checks import check_halves, check_matrix, check_shape


def rntn_cell(a: Tensor, b: Tensor, V: Tensor, W: Tensor, e: Tensor) -> Tensor:
    """Return the vectors of phrases, of those of their parts.

    Args:
        a: The left parts (..., n, d).
        b: The right parts (..., n, d).
        V: The tensor, a square slice for each number of the phrase (..., d, 2d, 2d).
        W: The weights (..., d, 2d).
        e: The biases (..., 1, d).

    Raises:
        ValueError: If the tensor, the weights or the biases are those of other sizes.
    """
    check_halves(a, b, W)
    check_matrix("e", e, 1, a.shape[-1])
    check_slices(V, a.shape[-1])
    z = torch.cat([a, b], dim=-1)
    products = torch.einsum("...ni,...kij,...nj->...nk", z, V, z)
    return torch.tanh(products + z @ W.mT + e)


def word_matrix(a: Tensor, V: Tensor, W: Tensor) -> Tensor:
    """Return the matrix by which a left part acts on a right one, before the bend.

    What the right part does alone, its products with itself, is not in it.

    Args:
        a: The left parts (..., n, d).
        V: The tensor (..., d, 2d, 2d).
        W: The weights (..., d, 2d).

    Raises:
        ValueError: If the tensor or the weights are those of other sizes.
    """
    check_halves(a, a, W)
    check_slices(V, a.shape[-1])
    d = a.shape[-1]
    across = V[..., :d, d:] + V[..., d:, :d].mT
    by_left = torch.einsum("...ni,...kij->...nkj", a, across)
    return by_left + W[..., None, :, d:]


def check_slices(V: Tensor, d: int) -> None:
    """Refuse the tensor of other sizes.

    Raises:
        ValueError: If it is that.
    """
    check_shape("V", V, (*V.shape[:-3], d, 2 * d, 2 * d))
