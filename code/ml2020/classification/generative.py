"""Generative classifier: a Gaussian for each class, own covariances or one shared.

Chapter: book/classification.md
Source:  Bishop (2006), section 4.2.2; Fisher (1936) for the shared covariance,
         https://doi.org/10.1111/j.1469-1809.1936.tb02137.x
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.classification.classes import class_counts, prior
from ml2020.classification.gaussian import (
    log_density,
    mean_and_covariance,
    shared_covariance,
)
from ml2020.classification.posterior import log_odds


class Generative(NamedTuple):
    """Two Gaussians and how often each is drawn from; row k belongs to label k."""

    prior: Float[Tensor, " 2"]
    mean: Float[Tensor, "2 features"]
    covariance: Float[Tensor, "2 features features"]


def fit_generative(
    X: Float[Tensor, "n features"],
    y: Int[Tensor, " n"],
    shared: bool = False,
) -> Generative:
    """Return the model of maximum likelihood.

    Args:
        X: One row an example.
        y: The labels, 0 or 1.
        shared: Whether both classes have one covariance.

    Raises:
        ValueError: If there is no example or feature, a number is not finite, a label
            is neither 0 nor 1, or a class has no example.
    """
    counts = class_counts(X, y)
    moments = [mean_and_covariance(X[y == k]) for k in (0, 1)]
    mean = torch.stack([mu for mu, _ in moments])
    covariance = torch.stack([Sigma for _, Sigma in moments])
    if shared:
        one = shared_covariance(covariance, counts.to(X))
        covariance = torch.stack([one, one])
    return Generative(prior(counts).to(X), mean, covariance)


def generative_log_odds(
    X: Float[Tensor, "n features"],
    model: Generative,
) -> Float[Tensor, " n"]:
    """Return z = ln P(x | 1) P(1) / P(x | 0) P(0) for each example.

    Args:
        X: One row an example.
        model: What `fit_generative` returns.

    Raises:
        ValueError: If there is no example, a number is not finite, or a covariance is
            singular.
    """
    log_p0, log_p1 = (
        log_density(X, mu, Sigma)
        for mu, Sigma in zip(model.mean, model.covariance, strict=True)
    )
    return log_odds(log_p1, log_p0, model.prior[1].item())


def free_parameters(features: int, kind: str) -> int:
    """Return how many numbers the model chooses: prior, means and covariances.

    Args:
        features: D, 1 or more.
        kind: "own" covariances, one "shared" covariance, or "naive" (own variances).

    Raises:
        ValueError: If features is below 1, or kind is none of the three.
    """
    if features < 1:
        raise ValueError(f"features is {features}: give 1 or more")
    D = features
    spread = {"own": D * (D + 1), "shared": D * (D + 1) // 2, "naive": 2 * D}
    if kind not in spread:
        raise ValueError(f"kind is {kind}: choose own, shared or naive")
    return spread[kind] + 2 * D + 1
