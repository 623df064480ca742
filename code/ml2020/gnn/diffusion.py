"""Diffusion: every layer reads the input, each from a ring of its own (DCNN, DGC).

Chapter: book/gnn_spatial.md
Source:  Atwood and Towsley (2016), equation 1, https://arxiv.org/abs/1511.02136; Li,
         Yu, Shahabi and Liu (2018), equation 2, https://arxiv.org/abs/1707.01926
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.gnn.graph import Graph, degrees
from ml2020.gnn.pool import neighbour_mean, neighbour_sum
from ml2020.support.checks import check_at_least


def ring_means(
    X: Float[Tensor, "nodes inputs"], around: Sequence[Graph]
) -> list[Float[Tensor, "nodes inputs"]]:
    """Return the mean input at each distance: the lecture's way, with `rings`.

    A node without anybody at a distance has 0 there.
    """
    return [neighbour_mean(X, ring) for ring in around]


def walk_means(
    X: Float[Tensor, "nodes inputs"], graph: Graph, hops: int
) -> list[Float[Tensor, "nodes inputs"]]:
    """Return P X, P P X, ... : the papers' way, with the transition matrix.

    P = A / D: who walks from a node, each time to a neighbour by chance, finds this on
    average. From a node without neighbours nobody walks: 0.

    Args:
        X: A row for each node.
        graph: Where one may walk.
        hops: The number of steps of the longest walk, 1 or more.

    Raises:
        ValueError: If hops is below 1.
    """
    check_at_least("hops", hops, 1)
    D, found = degrees(graph).clamp(min=1)[:, None], [X]
    for _ in range(hops):
        found.append(neighbour_sum(found[-1], graph) / D)
    return found[1:]


def dcnn(
    met: Sequence[Float[Tensor, "nodes inputs"]],
    weights: Sequence[Float[Tensor, "width inputs"]],
) -> Float[Tensor, "nodes all"]:
    """Return what was met at each distance, weighted and side by side.

    Args:
        met: Of `ring_means` or `walk_means`.
        weights: A matrix for each distance.

    Raises:
        ValueError: If the counts differ, or are 0.
    """
    check_as_many(met, weights)
    H = [Y @ W.T for Y, W in zip(met, weights, strict=True)]
    return torch.cat(H, dim=1)


def dgc(
    met: Sequence[Float[Tensor, "nodes inputs"]],
    weights: Sequence[Float[Tensor, "width inputs"]],
) -> Float[Tensor, "nodes width"]:
    """Return what was met at each distance, weighted and added up.

    Args:
        met: Of `ring_means` or `walk_means`.
        weights: A matrix for each distance.

    Raises:
        ValueError: If the counts differ, or are 0.
    """
    check_as_many(met, weights)
    H = [Y @ W.T for Y, W in zip(met, weights, strict=True)]
    return torch.stack(H).sum(dim=0)


def check_as_many(met: Sequence[Tensor], weights: Sequence[Tensor]) -> None:
    """Raise a ValueError unless there is a matrix for each distance, and one at all."""
    if not met or len(met) != len(weights):
        raise ValueError(
            f"weights has {len(weights)}, met {len(met)}: give a matrix a distance"
        )
