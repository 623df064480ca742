"""Bias and variance of ridge regression: what the brake costs, and what it buys.

Chapter: book/error_sources.md
Source:  Hoerl and Kennard (1970), section 4, Technometrics 12(1), 55-67
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_features, check_finite


def ridge_bias(
    X: Float[Tensor, "n features"],
    theta: Float[Tensor, " features"],
    lam: float,
) -> Float[Tensor, " features"]:
    """Return E[theta*] - theta of ridge regression with a fixed X.

    Args:
        X: One row an example; every column is punished.
        theta: The true weights.
        lam: The price of a squared weight, 0 or more.

    Raises:
        ValueError: If X is empty, a number is not finite, lam is negative, or lam is
            0 and the columns of X depend on each other.
    """
    check_finite("theta", theta)
    A = punished(X, lam)
    return -lam * torch.linalg.solve(A, theta)


def ridge_variance(
    X: Float[Tensor, "n features"],
    sigma: float,
    lam: float,
) -> Float[Tensor, "features features"]:
    """Return the covariance matrix of theta* of ridge regression with a fixed X.

    Args:
        X: One row an example; every column is punished.
        sigma: The standard deviation of the noise in the targets, 0 or more.
        lam: The price of a squared weight, 0 or more.

    Raises:
        ValueError: If X is empty, a number is not finite, sigma or lam is negative, or
            lam is 0 and the columns of X depend on each other.
    """
    check_at_least("sigma", sigma, 0)
    A_inv = torch.linalg.inv(punished(X, lam))
    return sigma**2 * A_inv @ X.T @ X @ A_inv


def punished(
    X: Float[Tensor, "n features"],
    lam: float,
) -> Float[Tensor, "features features"]:
    """Return X^T X + lam I, which must have an inverse.

    Raises:
        ValueError: If X is empty, a number is not finite, lam is negative, or lam is
            0 and the columns of X depend on each other.
    """
    check_features("X", X)
    check_at_least("lam", lam, 0)
    A = X.T @ X + lam * torch.eye(X.shape[1]).to(X)
    if torch.linalg.matrix_rank(A, hermitian=True) < len(A):
        raise ValueError(f"lam is {lam}, too small for dependent columns: raise it")
    return A
