"""Mixture: several Gaussians, each with a covariance of its own, by EM without labels.

Chapter: book/anomaly_density.md
Source:  Dempster, Laird and Rubin (1977), section 4.3; Bishop (2006), 9.24 to 9.27
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.classification import Generative, mean_and_covariance
from ml2020.semi_supervised import log_joint
from ml2020.semi_supervised.em import EM
from ml2020.support.checks import (
    check_at_least,
    check_features,
    check_like,
    check_shared_out,
)


def own_model(
    X: Float[Tensor, "n features"],
    share: Float[Tensor, "n classes"],
    ridge: float = 0.0,
) -> Generative:
    """Return the most likely mixture if each example is shared out so: the M-step.

    Args:
        X: One row an example.
        share: How much of it each Gaussian has.
        ridge: Is added to the variances, 0 or more.

    Raises:
        ValueError: If there is no example, a number is not finite, a Gaussian has
            nothing, or the ridge is negative.
    """
    check_features("X", X)
    check_at_least("ridge", ridge, 0)
    check_shared_out(share)
    check_like("share", share, "X", X)
    N = share.sum(dim=0)
    mean = share.T @ X / N[:, None]
    apart = X - mean[:, None]  # (classes, n, features)
    own = (share.T[:, :, None] * apart).mT @ apart / N[:, None, None]
    Sigma = own + ridge * torch.eye(X.shape[1]).to(X)
    return Generative(N / N.sum(), mean, Sigma)


def gaussian_mixture(
    X: Float[Tensor, "n features"], start: Generative, rounds: int, ridge: float = 0.0
) -> EM:
    """Return what E-step and M-step in turn lead to, and ln f of all on the way.

    Args:
        X: One row an example.
        start: The first mixture.
        rounds: How often both steps are made, 0 or more.
        ridge: As for `own_model`. With it the likelihood may fall, a little.

    Raises:
        ValueError: If a number is not finite, a Gaussian has nothing left, a covariance
            is singular, or a setting is out of range.
    """
    check_at_least("rounds", rounds, 0)
    model, found = start, []
    for _ in range(rounds):
        joint = log_joint(X, model)
        found.append(joint.logsumexp(dim=1).sum())
        model = own_model(X, joint.softmax(dim=1), ridge)
    found.append(log_joint(X, model).logsumexp(dim=1).sum())
    return EM(model, torch.stack(found))


def spread_start(
    X: Float[Tensor, "n features"],
    count: int,
    *,
    generator: torch.Generator | None = None,
) -> Generative:
    """Return a start: means at drawn examples, the covariance of all, equal priors.

    Raises:
        ValueError: If there are more Gaussians than examples, or none.
    """
    check_gaussians(count, len(X))
    _, Sigma = mean_and_covariance(X)
    mean = X[torch.randperm(len(X), generator=generator)[:count]]
    prior = X.new_full((count,), 1 / count)
    return Generative(prior, mean, Sigma.expand(count, -1, -1))


def check_gaussians(count: int, examples: int) -> None:
    """Refuse more Gaussians than examples.

    Raises:
        ValueError: If there are, or there is none.
    """
    if not 1 <= count <= examples:
        raise ValueError(f"count is {count}: give 1 to {examples}, as many as examples")
