"""Recursive neural tensor network: numbers of both parts meet as products.

Chapter: book/recursive.md
Source:  Socher et al. (2013), section 4.3, https://aclanthology.org/D13-1170
"""

import torch
from torch import Tensor


def rntn_cell(a: Tensor, b: Tensor, V: Tensor, W: Tensor, e: Tensor) -> Tensor:
    """Return the vectors of phrases, of those of their parts.

    Args:
        a: The left parts (..., n, d).
        b: The right parts (..., n, d).
        V: The tensor, a square slice for each number of the phrase (..., d, 2d, 2d).
        W: The weights (..., d, 2d).
        e: The biases (..., 1, d).
    """
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
    """
    d = a.shape[-1]
    across = V[..., :d, d:] + V[..., d:, :d].mT
    by_left = torch.einsum("...ni,...kij->...nkj", a, across)
    return by_left + W[..., None, :, d:]
