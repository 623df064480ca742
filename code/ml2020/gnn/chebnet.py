"""ChebNet: filters that are polynomials of the Laplacian, by Chebyshev's recursion.

Chapter: book/gnn_spectral.md
Source:  Defferrard, Bresson and Vandergheynst (2016), section 2.1, equations 4 and 5,
         https://arxiv.org/abs/1606.09375
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_filled,
    check_finite,
    check_like,
    check_positive,
    check_shape,
)


def squeezed(
    L: Float[Tensor, "nodes nodes"], largest: float
) -> Float[Tensor, "nodes nodes"]:
    """Return 2 L / largest - I, whose eigenvalues lie between -1 and 1.

    Args:
        L: A Laplacian.
        largest: Its largest eigenvalue, or more; 2 is enough for the normalised one.
            Not all that is too small is noticed: the length of a column is compared,
            the eigenvalues are not computed.

    Raises:
        ValueError: If the number is not positive, or below the length of a column of
            L, which no largest eigenvalue is; or L is no number.
    """
    check_positive("largest", largest)
    check_largest(L, largest)
    return 2 * L / largest - torch.eye(len(L)).to(L)


def chebnet(
    X: Float[Tensor, "nodes inputs"],
    L: Tensor,
    W: Float[Tensor, "terms width inputs"],
) -> Float[Tensor, "nodes width"]:
    """Return the sum of T_k(L) X W_k^T over all terms.

    The matrix is only ever multiplied with rows, so it may be sparse: the cost grows
    with the number of edges.

    Args:
        X: A row for each node.
        L: The squeezed Laplacian (nodes, nodes), dense or sparse.
        W: A matrix for each term, T_0 first: one term more than the degree.

    Raises:
        ValueError: If there is no term, L is not square in the number of nodes, or
            the numbers are of two types.
    """
    check_terms(X, L, W)
    T = [X, L @ X]
    for _ in W[2:]:
        T.append(2 * (L @ T[-1]) - T[-2])
    # Not strict: with one term there is T_0 alone.
    mixed = [Y @ W_k.T for Y, W_k in zip(T, W, strict=False)]
    return torch.stack(mixed).sum(dim=0)


def check_terms(X: Tensor, L: Tensor, W: Tensor) -> None:
    """Raise a ValueError if there is no term, or the matrix does not fit."""
    check_filled("W", W, "term")
    check_shape("L", L, (len(X), len(X)))
    check_like("X", X, "L", L)
    check_like("W", W, "L", L)


def check_largest(L: Tensor, largest: float) -> None:
    """Raise a ValueError at a number that a column of L shows to be too small."""
    check_finite("L", L, "give each edge a weight")
    least = L.norm(dim=0).max()  # no eigenvalue of all is smaller in size
    if largest < least * (1 - 1e-4):
        raise ValueError(f"largest is {largest}: give {least:.4g} or more")
