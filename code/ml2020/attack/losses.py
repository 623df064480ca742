"""Losses: what an attack makes small by moving the picture, the network being fixed.

Chapter: book/attack_find.md
Source:  Lee (2020), loss function for attack; Carlini and Wagner (2017), section V-A,
         objective f6, https://arxiv.org/abs/1608.04644
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least

Scores = Float[Tensor, "n classes"]
Classes = Int[Tensor, " n"]
Losses = Float[Tensor, " n"]


def non_targeted(scores: Scores, y: Classes) -> Losses:
    """Return the lecture's loss: minus the cross-entropy with the true class.

    Raises:
        ValueError: If a class has no score.
    """
    check_classes("y", scores, y)
    return -F.cross_entropy(scores, y, reduction="none")


def targeted(scores: Scores, y: Classes, target: Classes) -> Losses:
    """Return the lecture's loss: away from the true class, and near another.

    Both terms have the same softmax, so it is the score of y less that of the target.

    Raises:
        ValueError: If a class has no score, or a target is the true class.
    """
    check_classes("y", scores, y)
    check_targets(scores, y, target)
    away = -F.cross_entropy(scores, y, reduction="none")
    return away + F.cross_entropy(scores, target, reduction="none")


def lead(scores: Scores, y: Classes) -> Losses:
    """Return how far the score of a class is ahead of the best other one.

    Below 0 the network says something else.

    Raises:
        ValueError: If a class has no score.
    """
    check_classes("y", scores, y)
    own = scores.gather(1, y[:, None])[:, 0]
    others = scores.scatter(1, y[:, None], -torch.inf)
    return own - others.amax(dim=1)


def margin(scores: Scores, y: Classes, kappa: float = 0.0) -> Losses:
    """Return Carlini and Wagner's loss without a target: a lead of -kappa is enough.

    Raises:
        ValueError: If a class has no score, or kappa is negative.
    """
    check_at_least("kappa", kappa, 0)
    return lead(scores, y).clamp(min=-kappa)


def margin_to(
    scores: Scores, y: Classes, target: Classes, kappa: float = 0.0
) -> Losses:
    """Return their loss with a target: that it is ahead by kappa is enough.

    Raises:
        ValueError: If a class has no score, or a target is the true class, or kappa
            is negative.
    """
    check_targets(scores, y, target)
    check_at_least("kappa", kappa, 0)
    return (-lead(scores, target)).clamp(min=-kappa)


def check_classes(name: str, scores: Tensor, y: Tensor) -> None:
    """Refuse classes that have no score, or no rival.

    Raises:
        ValueError: If one has none, or there is but one.
    """
    if scores.shape[1] < 2:
        raise ValueError("scores has one class: give two or more")
    if len(y) and not 0 <= int(y.min()) <= int(y.max()) < scores.shape[1]:
        raise ValueError(f"{name} is not from 0 to {scores.shape[1] - 1}: mend it")


def check_targets(scores: Tensor, y: Tensor, target: Tensor) -> None:
    """Refuse targets that are no targets.

    Raises:
        ValueError: If one has no score, or is the true class.
    """
    check_classes("target", scores, target)
    if (target == y).any():
        raise ValueError("target is the true class of a picture: choose another one")
