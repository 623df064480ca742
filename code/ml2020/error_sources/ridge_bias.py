"""Bias and variance of ridge regression: what the price of a weight costs, and buys.

Chapter: book/error_sources_selection.md
Source:  Hoerl and Kennard (1970), section 4, Technometrics 12(1), 55-67
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.error_sources.leave_one_out import with_wishes
from ml2020.regression.linear import rank
from ml2020.support.checks import (
    check_at_least,
    check_features,
    check_finite,
    check_square,
)


def ridge_bias(
    X: Float[Tensor, "n features"],
    theta: Float[Tensor, " features"],
    lam: float,
) -> Float[Tensor, " features"]:
    """Return E[w*] - theta of ridge regression with a fixed X, in 64 bits.

    Args:
        X: One row an example; every column is punished.
        theta: The true weights.
        lam: The price of a squared weight, 0 or more.

    Raises:
        ValueError: If X is empty, a number is not finite, lam is negative, infinite, or
            too small for columns of X that depend on each other.
    """
    check_finite("theta", theta)
    return -lam * inverse_times(theta[:, None], X, lam)[:, 0]


def ridge_variance(
    X: Float[Tensor, "n features"],
    sigma: float,
    lam: float,
) -> Float[Tensor, "features features"]:
    """Return the covariance of w* of ridge regression with a fixed X, in 64 bits.

    Args:
        X: One row an example; every column is punished.
        sigma: The standard deviation of the noise in the targets, 0 or more.
        lam: The price of a squared weight, 0 or more.

    Raises:
        ValueError: If X is empty, a number is not finite, sigma or lam is negative or
            infinite, the square of sigma overflows, or lam is too small for columns of
            X that depend on each other.
    """
    check_square("sigma", sigma, torch.float64)
    M = inverse_times(X.T, X, lam)  # w* = M y_hat
    return sigma**2 * M @ M.T


def inverse_times(
    right: Float[Tensor, "features columns"],
    X: Float[Tensor, "n features"],
    lam: float,
) -> Float[Tensor, "features columns"]:
    """Return A^-1 times `right`, with A = X^T X + lam I, which is never formed.

    In 64 bits, which a small lam on dependent columns needs, whatever the type of X.

    Raises:
        ValueError: If X is empty, a number is not finite, lam is negative, infinite, or
            too small for columns of X that depend on each other.
    """
    check_features("X", X)
    check_at_least("lam", lam, 0)
    rows = with_wishes(X.double(), lam)  # A = rows^T rows
    if rank(rows) < X.shape[1]:
        raise ValueError(f"lam is {lam}, too small for dependent columns: raise it")
    R = torch.linalg.qr(rows).R  # and so A = R^T R
    return torch.cholesky_solve(right.double(), R, upper=True)
