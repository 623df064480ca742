"""Laplacian eigenmaps: the numbers on a graph that change least along its edges.

Chapter: book/neighbor_embedding.md
Source:  Belkin and Niyogi (2003), section 2, https://doi.org/10.1162/089976603321780317
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.gnn.laplacian import normalised_laplacian
from ml2020.support.checks import (
    check_axes,
    check_one_piece,
    check_precision,
    check_weights,
)


class Smoothest(NamedTuple):
    """Vectors v with L v = lambda D v and v^T D v = 1, the smoothest first."""

    values: Float[Tensor, " count"]
    vectors: Float[Tensor, "nodes count"]


def smoothest(W: Float[Tensor, "nodes nodes"], count: int) -> Smoothest:
    """Return the vectors with the smallest eigenvalues, the constant one among them.

    A graph in several parts has the eigenvalue 0 as many times.

    Args:
        W: The weights of the edges, symmetric, not negative.
        count: How many, from 1 to the number of nodes.

    Raises:
        ValueError: If W is no graph's, a node has no edge, or the count is out of
            range.
    """
    check_weights(W)
    check_precision("W", W)
    check_met_by_all(W)
    check_axes(count, len(W))
    root = W.sum(dim=1).sqrt()
    values, U = torch.linalg.eigh(normalised_laplacian(W))
    return Smoothest(values[:count], U[:, :count] / root[:, None])


def eigenmap(W: Float[Tensor, "nodes nodes"], count: int = 2) -> Smoothest:
    """Return the smoothest vectors behind the constant one: the axes of the map.

    Args:
        W: The weights of the edges, symmetric, not negative, of a graph in one piece.
        count: How many, from 1 to the number of nodes less 1.

    Raises:
        ValueError: If W is no graph's, is in several pieces, or the count is out of
            range.
    """
    check_weights(W)
    check_axes(count, len(W) - 1)
    check_one_piece(W > 0)
    values, vectors = smoothest(W, count + 1)
    return Smoothest(values[1:], vectors[:, 1:])


def check_met_by_all(W: Tensor) -> None:
    """Refuse a node without an edge.

    Raises:
        ValueError: If there is one.
    """
    if not W.any(dim=1).all():
        raise ValueError("W has a node without an edge: leave it out, or join it")
