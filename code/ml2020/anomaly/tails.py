"""Tails: how far out of a Gaussian something lies, and how many lie further.

Chapter: book/anomaly_density.md
Source:  Bishop (2006), section 2.3; the squared distance of D normal numbers is
         chi-squared with D degrees of freedom
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.classification.gaussian import factor
from ml2020.support.checks import check_at_least, check_features


def squared_distance(
    X: Float[Tensor, "n features"],
    mean: Float[Tensor, " features"],
    covariance: Float[Tensor, "features features"],
) -> Float[Tensor, " n"]:
    """Return (x - mu)^T Sigma^-1 (x - mu), the squared Mahalanobis distance.

    Args:
        X: One row an example.
        mean: The centre mu.
        covariance: Sigma, symmetric and positive definite.

    Raises:
        ValueError: If there is no example, a number is not finite, or the covariance
            is singular or not symmetric.
    """
    check_features("X", X)
    L = factor(covariance)
    whitened = torch.linalg.solve_triangular(L, (X - mean).T, upper=False)
    return (whitened**2).sum(dim=0)


def tail(distance2: Float[Tensor, " n"], features: int) -> Float[Tensor, " n"]:
    """Return which share of a Gaussian with that many features lies further out.

    Raises:
        ValueError: If there is no feature, or a squared distance is negative or NaN.
    """
    check_at_least("features", features, 1)
    check_squared(distance2)
    half = torch.full_like(distance2, features / 2)
    return torch.special.gammaincc(half, distance2 / 2)


def check_squared(distance2: Tensor) -> None:
    """Refuse what is no square.

    Raises:
        ValueError: If one is negative or NaN.
    """
    if not (distance2 >= 0).all():
        raise ValueError("distance2 is negative or NaN: give squared distances")
