"""Naive Bayes: within a class, every feature is drawn on its own.

Chapter: book/classification_shared.md
Source:  Bishop (2006), section 4.2.3, equations 4.81 to 4.82; Hastie, Tibshirani
         and Friedman (2009), section 6.6.3.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.classification.classes import LABELS, class_counts, prior
from ml2020.classification.posterior import log_odds
from ml2020.support.checks import (
    SLACK,
    check_features,
    check_finite,
    check_near,
    check_probabilities,
    check_squares,
)


class Bernoulli(NamedTuple):
    """One coin a class and feature: class 1, then class 2."""

    prior: Float[Tensor, " 2"]
    p: Float[Tensor, "2 features"]


class NaiveGaussian(NamedTuple):
    """One bell a class and feature: class 1, then class 2."""

    prior: Float[Tensor, " 2"]
    mean: Float[Tensor, "2 features"]
    variance: Float[Tensor, "2 features"]


def fit_bernoulli(
    X: Float[Tensor, "n features"],
    y: Int[Tensor, " n"],
    smoothing: float = 0.0,
) -> Bernoulli:
    """Return the shares of ones in each class, with imagined examples added.

    Args:
        X: One row an example, all numbers 0 or 1.
        y: The labels, 0 or 1.
        smoothing: So many ones, and zeros, are imagined for each coin; Laplace has 1.

    Raises:
        ValueError: As `class_counts`, if a number is neither 0 nor 1, or smoothing < 0.
    """
    if not 0 <= smoothing < math.inf:
        raise ValueError(f"smoothing is {smoothing}: give 0 or more")
    check_features("X", X)
    check_binary(X)
    counts = class_counts(X, y)
    ones = torch.stack([X[y == label].sum(dim=0) for label in LABELS])
    p = (ones + smoothing) / (counts.to(X)[:, None] + 2 * smoothing)
    return Bernoulli(prior(counts).to(X), p)


def bernoulli_log_odds(
    X: Float[Tensor, "n features"],
    model: Bernoulli,
) -> Float[Tensor, " n"]:
    """Return z = ln P(x, C1) / P(x, C2) for each example.

    Args:
        X: One row an example, all numbers 0 or 1.
        model: What `fit_bernoulli` returns.

    Raises:
        ValueError: If there is no example, a number is neither 0 nor 1, model.p or the
            prior is no probability, or both classes rule an example out (then smooth).
    """
    check_features("X", X)
    check_binary(X)
    check_probabilities("model.prior", model.prior)
    if not ((model.p >= 0) & (model.p <= 1)).all():
        raise ValueError("model.p is outside [0, 1]: give probabilities")
    x, p = X[:, None, :], model.p  # (n, 1, features) against (2, features)
    # xlogy: a coin that never fell otherwise gives 0 ln 0 = 0, not NaN.
    log_p = (torch.xlogy(x, p) + torch.xlogy(1 - x, 1 - p)).sum(dim=-1)
    return log_odds(log_p[:, 0], log_p[:, 1], model.prior[0].item())


def fit_gaussian(
    X: Float[Tensor, "n features"],
    y: Int[Tensor, " n"],
) -> NaiveGaussian:
    """Return mean and variance of each feature in each class, dividing by N.

    Raises:
        ValueError: As `class_counts`, and if a square overflows, or a feature does not
            vary in a class but for rounding.
    """
    counts = class_counts(X, y)
    check_squares(X)
    mean = torch.stack([X[y == label].mean(dim=0) for label in LABELS])
    variance = torch.stack([X[y == label].var(dim=0, correction=0) for label in LABELS])
    check_varying(X, variance)
    return NaiveGaussian(prior(counts).to(X), mean, variance)


def gaussian_log_odds(
    X: Float[Tensor, "n features"],
    model: NaiveGaussian,
) -> Float[Tensor, " n"]:
    """Return z = ln P(x, C1) / P(x, C2) for each example.

    Raises:
        ValueError: If there is no example, a number is not finite, a variance is not
            positive, the prior is no probability, or a squared distance overflows.
    """
    check_features("X", X)
    check_finite("mean", model.mean, "mend the examples")
    check_probabilities("model.prior", model.prior)
    if not ((model.variance > 0) & model.variance.isfinite()).all():
        raise ValueError("model.variance is not positive: fit the model again")
    check_near(X[:, None, :], model.mean, model.variance)
    x, mu, sigma2 = X[:, None, :], model.mean, model.variance
    log_p = -0.5 * (torch.log(2 * math.pi * sigma2) + (x - mu) ** 2 / sigma2)
    log_p = log_p.sum(dim=-1)  # (n, 2): independent features multiply
    return log_odds(log_p[:, 0], log_p[:, 1], model.prior[0].item())


def check_binary(X: Tensor) -> None:
    """Refuse features that are no coins.

    Raises:
        ValueError: If a number is neither 0 nor 1.
    """
    if not ((X == 0) | (X == 1)).all():
        raise ValueError("X has numbers other than 0 and 1: use another distribution")


def check_varying(X: Tensor, variance: Tensor) -> None:
    """Refuse features of which a class shows one number, but for rounding.

    Raises:
        ValueError: If a standard deviation is within the rounding of the numbers.
    """
    rounding = SLACK * torch.finfo(X.dtype).eps * X.abs().amax(dim=0)
    if not (variance.sqrt() > rounding).all():
        raise ValueError("X has a feature that does not vary in a class: drop it")
