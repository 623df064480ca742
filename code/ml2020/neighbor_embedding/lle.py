"""Locally linear embedding: each point is a mixture of its neighbours, and stays it.

Chapter: book/neighbor_embedding.md
Source:  Roweis and Saul (2000), https://doi.org/10.1126/science.290.5500.2323
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.semi_supervised.graph import nearest_others
from ml2020.support.checks import (
    check_axes,
    check_features,
    check_filled,
    check_neighbours,
    check_one_piece,
    check_positive,
    check_precision,
)


class Embedding(NamedTuple):
    """A map of points, and the squares that it leaves, one number an axis."""

    Z: Float[Tensor, "n count"]
    error: Float[Tensor, " count"]


def mixture_weights(
    X: Float[Tensor, "n features"], near: Int[Tensor, "n k"], reg: float = 1e-3
) -> Float[Tensor, "n k"]:
    """Return the weights, with sum 1, that make each point best of its neighbours.

    Args:
        X: One row a point.
        near: The neighbours of each.
        reg: What is added to the diagonal, as a share of its sum; positive.

    Raises:
        ValueError: If a number is not finite, `near` is empty or has strange
            places, reg is not positive, or a point is identical with all its
            neighbours.
    """
    check_features("X", X)
    check_precision("X", X)
    check_positive("reg", reg)
    check_places(near, len(X))
    check_distinct(X, near)
    G = X[:, None] - X[near]  # (n, k, features)
    C = G @ G.mT
    trace = C.diagonal(dim1=1, dim2=2).sum(dim=1)
    C = C + reg * trace[:, None, None] * torch.eye(C.shape[1]).to(C)
    w = torch.linalg.solve(C, torch.ones_like(C[:, 0]))
    return w / w.sum(dim=1, keepdim=True)


def mixture_table(
    w: Float[Tensor, "n k"], near: Int[Tensor, "n k"]
) -> Float[Tensor, "n n"]:
    """Return the weights as a table: row i has those of the neighbours of i."""
    return w.new_zeros(len(w), len(w)).scatter_add(1, near, w)


def bottom_axes(W: Float[Tensor, "n n"], count: int) -> Embedding:
    """Return the axes, of mean 0 and variance 1, that obey the weights best.

    Args:
        W: Row i has the weights that make point i, with sum 1.
        count: How many, from 1 to n - 1.

    Raises:
        ValueError: If a number is not finite, the count is out of range, or the
            neighbours fall into parts that do not hang together.
    """
    check_features("W", W)
    check_axes(count, len(W) - 1)
    check_one_piece(W != 0)
    M = torch.eye(len(W)).to(W) - W
    error, V = torch.linalg.eigh(M.T @ M)
    Z = V[:, 1 : count + 1] * len(W) ** 0.5  # the first is constant
    return Embedding(Z, error[1 : count + 1])


def lle(
    X: Float[Tensor, "n features"], k: int, count: int = 2, reg: float = 1e-3
) -> Embedding:
    """Return the map by the k nearest.

    Args:
        X: One row a point.
        k: How many neighbours, from 1 to n - 1.
        count: How many axes, from 1 to n - 1.
        reg: As for `mixture_weights`.

    Raises:
        ValueError: If a number is not finite, k or the count is out of range, a point
            is identical with all its neighbours, or the neighbours fall into parts.
    """
    check_features("X", X)
    check_neighbours(k, len(X))
    near = nearest_others(X, k)
    w = mixture_weights(X, near, reg)
    return bottom_axes(mixture_table(w, near), count)


def check_places(near: Tensor, n: int) -> None:
    """Refuse no neighbours, and such as are not there.

    Raises:
        ValueError: If they are.
    """
    check_filled("near", near, "neighbour")
    if near.min() < 0 or near.max() >= n:
        raise ValueError(f"near has places outside 0 to {n - 1}: count from 0")


def check_distinct(X: Tensor, near: Tensor) -> None:
    """Refuse a point that all its neighbours are identical with.

    Raises:
        ValueError: If there is one.
    """
    if not (X[:, None] != X[near]).flatten(1).any(dim=1).all():
        raise ValueError(
            "X has identical points, as many as neighbours: keep one of each, or"
            " raise k"
        )
