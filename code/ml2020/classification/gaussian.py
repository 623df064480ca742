"""Gaussian: the mean and the covariance that make the data most likely.

Chapter: book/classification_generative.md
Source:  Bishop (2006), equations 2.43 (density) and 2.121 to 2.122 (likelihood).
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    SLACK,
    check_features,
    check_finite,
    check_near,
    check_squares,
    check_symmetric,
)


def mean_and_covariance(
    X: Float[Tensor, "n features"],
) -> tuple[Float[Tensor, " features"], Float[Tensor, "features features"]]:
    """Return mu and Sigma of maximum likelihood; Sigma divides by N.

    With fewer than D + 1 examples Sigma is singular; `log_density` will say so.

    Args:
        X: One row an example.

    Raises:
        ValueError: If there is no example or feature, a number is not finite, or a
            square overflows.
    """
    check_features("X", X)
    check_squares(X)
    N = len(X)
    # A sum in float32 loses digits when the numbers are far from 0.
    mu = X.mean(dim=0, dtype=torch.float64).to(X)
    centred = X - mu
    Sigma = centred.T @ centred / N  # the sum of (x - mu)(x - mu)^T
    return mu, Sigma


def log_density(
    X: Float[Tensor, "n features"],
    mean: Float[Tensor, " features"],
    covariance: Float[Tensor, "features features"],
) -> Float[Tensor, " n"]:
    """Return ln f(x) of the Gaussian for each example.

    Args:
        X: One row an example.
        mean: Its centre mu.
        covariance: Sigma, symmetric and positive definite.

    Raises:
        ValueError: If there is no example, a number is not finite, the covariance is
            singular or not symmetric, or a squared distance overflows.
    """
    check_features("X", X)
    check_finite("mean", mean, "mend the examples")
    check_near(X, mean, covariance.diagonal())
    D = len(mean)
    # Sigma = L L^T, so the squared distance is that of L^-1 (x - mu) from 0.
    L = factor(covariance)
    whitened = torch.linalg.solve_triangular(L, (X - mean).T, upper=False)
    log_det = 2 * L.diagonal().log().sum()
    distance2 = (whitened**2).sum(dim=0)
    return -0.5 * (D * math.log(2 * math.pi) + log_det + distance2)


def shared_covariance(
    covariances: Float[Tensor, "classes features features"],
    counts: Float[Tensor, " classes"],
) -> Float[Tensor, "features features"]:
    """Return sum_k (N_k / N) Sigma_k: one covariance for all classes.

    Args:
        covariances: Those of the classes.
        counts: How many examples each class has, positive.

    Raises:
        ValueError: If there is no class, a count is not positive or infinite, or a
            number of a covariance is not finite.
    """
    check_finite("covariances", covariances, "mend the examples")
    if not len(counts) or not ((counts > 0) & counts.isfinite()).all():
        raise ValueError("counts are empty or not positive: give one a class")
    shares = counts / counts.sum()
    return (shares[:, None, None] * covariances).sum(dim=0)


def factor(
    covariance: Float[Tensor, "features features"],
) -> Float[Tensor, "features features"]:
    """Return the triangular L with Sigma = L L^T (Cholesky).

    Singular is decided on the correlations, so that the units of the features do not
    matter: there the square of a number on L's diagonal is what a feature has of its
    own, beside those before it. 100 rounding errors a feature count as nothing: with
    two features 2e-5 of its variance in float32, 4e-14 in float64.

    Args:
        covariance: Sigma, symmetric and positive definite.

    Raises:
        ValueError: If a number is not finite, or it is singular or not symmetric.
    """
    check_finite("covariance", covariance, "mend the examples")
    size = covariance.diagonal().clamp(min=0).sqrt()
    scale = torch.outer(size, size)
    check_symmetric("covariance", covariance, scale)
    slack = SLACK * len(size) * torch.finfo(covariance.dtype).eps
    # A feature that does not vary divides 0 by 0; NaN is not above the slack either.
    L, failed = torch.linalg.cholesky_ex(covariance / scale)
    if failed or not (L.diagonal() ** 2 > slack).all():
        raise ValueError(
            "covariance is singular: drop a redundant feature, or shrink it; if a"
            " class has too few examples, share it between the classes"
        )
    return size[:, None] * L
