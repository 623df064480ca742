"""Graph: examples become nodes, joined by how alike they are.

Chapter: book/semi_supervised.md
Source:  Zhu, Ghahramani and Lafferty (2003), section 2, equation 1
"""

import torch
from jaxtyping import Bool, Float
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
    distance = torch.cdist(X, X).fill_diagonal_(torch.inf)
    near = distance.topk(count, largest=False).indices
    joined = torch.zeros_like(distance, dtype=torch.bool).scatter(1, near, True)
    return joined | joined.T
