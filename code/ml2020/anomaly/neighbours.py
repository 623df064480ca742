"""Neighbours: how far the k-th one is, and how crowded it is there.

Chapter: book/anomaly_density.md
Source:  Ramaswamy, Rastogi and Shim (2000), definition 2.1; Breunig, Kriegel, Ng and
         Sander (2000), definitions 3 to 7, https://doi.org/10.1145/342009.335388
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_features

ROWS = 1000  # of distances at a time


def nearest(
    X: Float[Tensor, "n features"], train: Float[Tensor, "m features"], k: int
) -> torch.return_types.topk:
    """Return distances and places of the k nearest of `train`, the nearest first.

    Raises:
        ValueError: If there is no example, a number is not finite, or k is not from 1
            to the size of `train`.
    """
    check_features("X", X)
    check_features("train", train)
    check_k(k, len(train))
    exact = "donot_use_mm_for_euclid_dist"  # no difference of large squares
    found = [
        torch.cdist(part, train, compute_mode=exact).topk(k, largest=False)
        for part in X.split(ROWS)  # type: ignore[no-untyped-call]
    ]
    values, places = zip(*found, strict=True)
    return torch.return_types.topk((torch.cat(values), torch.cat(places)))


def kth_distance(
    X: Float[Tensor, "n features"], train: Float[Tensor, "m features"], k: int
) -> Float[Tensor, " n"]:
    """Return how far the k-th nearest of `train` is.

    Raises:
        ValueError: As `nearest`.
    """
    return nearest(X, train, k).values[:, -1]


def local_outlier_factor(
    X: Float[Tensor, "n features"], train: Float[Tensor, "m features"], k: int
) -> Float[Tensor, " n"]:
    """Return how much more crowded it is at the neighbours than at each example.

    About 1 inside a crowd, however dense; above 1 outside of it.

    Args:
        X: New examples, none of `train`.
        train: The normal ones, all different.
        k: How many neighbours, below the size of `train`.

    Raises:
        ValueError: As `nearest`, or if more than k examples of `train` are equal.
    """
    check_k(k, len(train) - 1)
    distance, place = nearest(train, train, k + 1)  # the nearest is the example itself
    reach = distance[:, -1]  # its k-distance
    density = crowded(distance[:, 1:], place[:, 1:], reach)
    check_apart(density)
    distance, place = nearest(X, train, k)
    return density[place].mean(dim=1) / crowded(distance, place, reach)


def crowded(
    distance: Float[Tensor, "n k"], place: Tensor, reach: Float[Tensor, " m"]
) -> Float[Tensor, " n"]:
    """Return 1 over the mean distance, none counted below the neighbour's own reach."""
    return 1 / torch.maximum(distance, reach[place]).mean(dim=1)


def check_k(k: int, most: int) -> None:
    """Refuse more neighbours than there are.

    Raises:
        ValueError: If there are, or none is asked for.
    """
    if not 1 <= k <= most:
        raise ValueError(f"k is {k}: give 1 to {most}, as many as there are")


def check_apart(density: Tensor) -> None:
    """Refuse crowds of equal examples: nothing is as crowded as they are.

    Raises:
        ValueError: If a density is infinite.
    """
    if not density.isfinite().all():
        raise ValueError("train has more than k equal examples: drop the copies")
