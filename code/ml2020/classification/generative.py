"""Generative classifier: a Gaussian for each class, own covariances or one shared.

Chapter: book/classification_generative.md
Source:  Bishop (2006), section 4.2.2; Fisher (1936) for the shared covariance,
         https://doi.org/10.1111/j.1469-1809.1936.tb02137.x
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.classification.classes import LABELS, class_counts, prior
from ml2020.classification.gaussian import (
    factor,
    log_density,
    mean_and_covariance,
    shared_covariance,
)
from ml2020.classification.posterior import log_odds
from ml2020.support.checks import check_finite, check_probabilities


class Generative(NamedTuple):
    """Two Gaussians and how often each is drawn from: class 1, then class 2."""

    prior: Float[Tensor, " 2"]
    mean: Float[Tensor, "2 features"]
    covariance: Float[Tensor, "2 features features"]


def fit_generative(
    X: Float[Tensor, "n features"],
    y: Int[Tensor, " n"],
    shared: bool = False,
) -> Generative:
    """Return the model of maximum likelihood.

    A covariance may come out singular: it can be shrunk, or shared, before
    `generative_log_odds` refuses it.

    Args:
        X: One row an example.
        y: The labels, 0 or 1.
        shared: Whether both classes have one covariance.

    Raises:
        ValueError: If there is no example or feature, a number is not finite, a square
            overflows, a label is neither 0 nor 1, or a class has no example.
    """
    counts = class_counts(X, y)
    moments = [mean_and_covariance(X[y == label]) for label in LABELS]
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
    """Return z = ln P(x | C1) P(C1) / P(x | C2) P(C2) for each example.

    Args:
        X: One row an example.
        model: What `fit_generative` returns.

    Raises:
        ValueError: If there is no example, a number is not finite, the prior is no
            probability, or a covariance is singular.
    """
    check_probabilities("model.prior", model.prior)
    log_p1, log_p2 = (
        log_density(X, mu, Sigma)
        for mu, Sigma in zip(model.mean, model.covariance, strict=True)
    )
    return log_odds(log_p1, log_p2, model.prior[0].item())


def sample(
    model: Generative,
    n: int,
    *,
    generator: torch.Generator | None = None,
) -> tuple[Float[Tensor, "n features"], Int[Tensor, " n"]]:
    """Return n examples that the model makes, and their labels.

    Args:
        model: Two Gaussians and a prior.
        n: How many, 1 or more.
        generator: The dice.

    Raises:
        ValueError: If n is below 1, the prior is no probability, a mean is not finite,
            or a covariance is singular or not symmetric.
    """
    check_probabilities("model.prior", model.prior)
    check_finite("model.mean", model.mean, "fit the model again")
    if n < 1:
        raise ValueError(f"n is {n}: give 1 or more")
    rolled = torch.rand(n, generator=generator, dtype=torch.float32)
    y = (rolled < model.prior[0].item()).long()
    row = 1 - y  # class 1, with the label 1, is the first row
    size = (n, model.mean.shape[1], 1)
    noise = torch.randn(size, generator=generator, dtype=torch.float32)
    L = torch.stack([factor(Sigma) for Sigma in model.covariance])
    X = model.mean[row] + (L[row] @ noise.to(L))[:, :, 0]
    return X, y.to(X.device)
