"""Graph: examples become nodes, joined by how alike they are.

Chapter: book/semi_supervised.md
Source:  Zhu, Ghahramani and Lafferty (2003), section 2, equation 1
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ml2020.support.checks import check_features, check_positive


def rbf_weights(X: Float[Tensor, "n features"], gamma: float) -> Float[Tensor, "n n"]:
    """Return exp(-gamma |x - x'|^2) for each pair, and 0 for an example with itself.

    Args:
        X: One row an example.
        gamma: How fast likeness falls with distance, positive, in 1 / units of X^2.

    Raises:
        ValueError: If there is no example, a number is not finite, or gamma is not
            positive.
    """
    check_features("X", X)
    check_positive("gamma", gamma)
    distance2 = torch.cdist(X, X, compute_mode="donot_use_mm_for_euclid_dist") ** 2
    W = torch.exp(-gamma * distance2)
    return W - torch.diag(W.diagonal())


def nearest_edges(X: Float[Tensor, "n features"], count: int) -> Bool[Tensor, "n n"]:
    """Return who is joined: two of which one is among the other's nearest.

    Args:
        X: One row an example, none twice if ties shall not be broken by the order.
        count: How many nearest, from 1 to n - 1.

    Raises:
        ValueError: If there is no example, a number is not finite, or the count is out
            of range.
    """
    check_features("X", X)
    if not 1 <= count < len(X):
        raise ValueError(f"count is {count}: give 1 to {len(X) - 1}")
    joined = X.new_zeros(len(X), len(X), dtype=torch.bool)
    joined = joined.scatter(1, nearest_others(X, count), True)
    return joined | joined.T


def nearest_others(
    X: Float[Tensor, "*sets n features"], count: int
) -> Int[Tensor, "*sets n count"]:
    """Return for each example so many nearest others, the nearest first."""
    distance = torch.cdist(X, X)
    distance.diagonal(dim1=-2, dim2=-1).fill_(torch.inf)
    return distance.topk(count, largest=False).indices
