"""MV-RNN: a word is a vector, what it means, and a matrix, what it does to others.

Chapter: book/recursive.md
Source:  Socher, Huval, Manning and Ng (2012), https://aclanthology.org/D12-1110
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.support.checks import check_halves, check_matrix, check_shape


class Pair(NamedTuple):
    """What a word or a phrase is.

    Attributes:
        a: What it means (..., n, d).
        A: What it does to its neighbour (..., n, d, d).
    """

    a: Tensor
    A: Tensor


def mv_cell(
    left: Pair,
    right: Pair,
    W: Tensor,
    W_M: Tensor,
    bend: Callable[[Tensor], Tensor] = torch.tanh,
) -> Pair:
    """Return phrases, of their parts.

    Args:
        left: The left parts.
        right: The right parts.
        W: Makes the vector (..., d, 2d).
        W_M: Makes the matrix (..., d, 2d).
        bend: The activation function.

    Raises:
        ValueError: If vectors, matrices and weights do not fit.
    """
    check_halves(left.a, right.a, W)
    check_matrix("W_M", W_M, *W.shape[-2:])
    check_matrices(left, right)
    (a, A), (b, B) = left, right
    Ba = (B @ a[..., None])[..., 0]
    Ab = (A @ b[..., None])[..., 0]
    p = bend(torch.cat([Ba, Ab], dim=-1) @ W.mT)
    P = W_M[..., None, :, :] @ torch.cat([A, B], dim=-2)
    return Pair(p, P)


def check_matrices(left: Pair, right: Pair) -> None:
    """Refuse matrices that are not as wide and as high as the vectors are long.

    Raises:
        ValueError: If one is that.
    """
    for name, (a, A) in (("left.A", left), ("right.A", right)):
        check_shape(name, A, (*a.shape, a.shape[-1]))
