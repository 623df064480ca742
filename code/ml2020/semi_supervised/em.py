"""EM: Gaussians with one covariance, from labelled and unlabelled examples together.

Chapter: book/semi_supervised.md
Source:  Nigam, McCallum, Thrun and Mitchell (2000), section 3,
         https://doi.org/10.1023/A:1007692713085; with Gaussians for their word counts
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.classification import Generative, shared_covariance
from ml2020.semi_supervised.mixture import likelihood, log_joint
from ml2020.support.checks import (
    check_at_least,
    check_features,
    check_like,
    check_shared_out,
)

ROUNDS = 25  # the likelihood may still rise after these


class EM(NamedTuple):
    """The last model, and how likely all examples were before each round and after."""

    model: Generative
    log_likelihood: Float[Tensor, " rounds_and_1"]


def weighted_model(
    X: Float[Tensor, "n features"],
    share: Float[Tensor, "n classes"],
    ridge: float = 0.0,
) -> Generative:
    """Return the most likely model if each example is shared out so: the M-step.

    With a ridge r it is the most likely one less N r/2 times the trace of Sigma^-1.

    Args:
        X: One row an example.
        share: How much of it each class has: 1 for its label, P(C | x) without one.
        ridge: Is added to the variances, 0 or more.

    Raises:
        ValueError: If there is no example, a number is not finite, a class has
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
    Sigma = shared_covariance(own, N) + ridge * torch.eye(X.shape[1]).to(X)
    return Generative(N / N.sum(), mean, Sigma.expand(len(N), -1, -1))


def em(
    X: Float[Tensor, "n features"],
    y: Int[Tensor, " n"],
    unlabelled: Float[Tensor, "u features"],
    start: Generative,
    rounds: int,
    ridge: float = 0.0,
) -> EM:
    """Return what the two steps lead to.

    Args:
        X: The labelled examples.
        y: Their labels, from 0 to classes - 1.
        unlabelled: The others; there may be none.
        start: The first model; it also says how many classes there are.
        rounds: How often both steps are made, 0 or more.
        ridge: As for `weighted_model`.

    Raises:
        ValueError: If a label is out of range, a number is not finite or of another
            type than the rest, a class has nothing, a covariance is singular, or a
            setting is out of range.
    """
    check_at_least("rounds", rounds, 0)
    check_like("unlabelled", unlabelled, "X", X)
    check_labels(y, len(start.prior))
    everything = torch.cat([X, unlabelled])
    labels = one_hot(y, len(start.prior)).to(X)
    model, found = start, []
    for _ in range(rounds):
        joint = log_joint(everything, model)
        found.append(likelihood(joint, y, model, ridge))
        share = torch.cat([labels, joint[len(y) :].softmax(dim=1)])
        model = weighted_model(everything, share, ridge)
    found.append(likelihood(log_joint(everything, model), y, model, ridge))
    return EM(model, torch.stack(found))


def check_labels(y: Tensor, classes: int) -> None:
    """Refuse labels of no class, and none.

    Raises:
        ValueError: If there is none, or one is out of range.
    """
    if not len(y) or not ((y >= 0) & (y < classes)).all():
        raise ValueError(f"y is empty or outside 0 to {classes - 1}: count from 0")
