"""K-means: give each example to the nearest centre, move each centre to its examples.

Chapter: book/linear_methods_clustering.md
Source:  Lloyd (1982), https://doi.org/10.1109/TIT.1982.1056489
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.support.checks import (
    check_at_least,
    check_different,
    check_features,
    check_like,
)


class Clusters(NamedTuple):
    """Where K-means ends.

    Attributes:
        centres: One row a cluster.
        labels: The cluster of each example.
        path: J before the first round, and after each.
        settled: Whether the last round changed no label.
    """

    centres: Float[Tensor, "K features"]
    labels: Int[Tensor, " n"]
    path: Float[Tensor, " rounds_and_1"]
    settled: bool


def nearest(
    X: Float[Tensor, "n features"], C: Float[Tensor, "K features"]
) -> Int[Tensor, " n"]:
    """Return the nearest centre of each example; of equally near ones the first.

    Raises:
        ValueError: If there is no example or centre, a number is not finite, or their
            types differ.
    """
    check_features("X", X)
    check_features("C", C)
    check_like("C", C, "X", X)
    return ((X[:, None] - C) ** 2).sum(dim=2).argmin(dim=1)


def cluster_means(
    X: Float[Tensor, "n features"], labels: Int[Tensor, " n"], count: int
) -> Float[Tensor, "count features"]:
    """Return the mean of the examples of each cluster.

    Args:
        X: One row an example.
        labels: The cluster of each, 0 to count - 1.
        count: How many clusters there are.

    Raises:
        ValueError: If a number is not finite, a label is out of range, or a cluster is
            empty: it has no mean.
    """
    check_features("X", X)
    check_members(labels, count)
    b = one_hot(labels, count).to(X)  # (n, count): 1 where x belongs to it
    return b.T @ X / b.sum(dim=0)[:, None]


def spread_within(
    X: Float[Tensor, "n features"],
    labels: Int[Tensor, " n"],
    C: Float[Tensor, "K features"],
) -> Float[Tensor, ""]:
    """Return J: the sum of squared distances to the own centre."""
    return ((X - C[labels]) ** 2).sum()


def refilled(
    X: Float[Tensor, "n features"],
    labels: Int[Tensor, " n"],
    C: Float[Tensor, "K features"],
) -> Int[Tensor, " n"]:
    """Return labels that leave no cluster empty.

    An empty one gets the example that lies farthest from its own centre, among those
    that are not the only one of their cluster.
    """
    labels, distance2 = labels.clone(), ((X - C[labels]) ** 2).sum(dim=1)
    for k in range(len(C)):
        sizes = labels.bincount(minlength=len(C))
        if not sizes[k]:
            spare = distance2.masked_fill(sizes[labels] < 2, -1)
            far = spare.argmax()
            labels[far], distance2[far] = k, 0
    return labels


def kmeans(
    X: Float[Tensor, "n features"],
    start: Float[Tensor, "K features"],
    rounds: int = 300,
) -> Clusters:
    """Return what both steps lead to, made in turn until no label changes.

    Args:
        X: One row an example.
        start: The first centres; they also say how many clusters there are.
        rounds: How often at most; scikit-learn's 300.

    Raises:
        ValueError: If a number is not finite, or X has fewer different examples than
            there are centres.
    """
    check_at_least("rounds", rounds, 1)
    labels = nearest(X, start)
    check_different(X, len(start))
    C, path, settled = start, [spread_within(X, labels, start)], False
    while not settled and len(path) <= rounds:
        labels = refilled(X, labels, C)
        C = cluster_means(X, labels, len(start))
        new = nearest(X, C)
        settled, labels = bool((new == labels).all()), new
        path.append(spread_within(X, labels, C))
    return Clusters(C, labels, torch.stack(path), settled)


def check_members(labels: Tensor, count: int) -> None:
    """Refuse labels that leave a cluster without example, or name one there is not.

    Raises:
        ValueError: If they do.
    """
    if not ((labels >= 0) & (labels < count)).all():
        raise ValueError(f"labels are outside 0 to {count - 1}: count from 0")
    empty = (labels.bincount(minlength=count) == 0).nonzero()
    if len(empty):
        raise ValueError(
            f"labels leave cluster {int(empty[0])} empty: give it an example"
        )
