"""Losses: what an attack makes small by moving the picture, the network being fixed.

Chapter: book/attack_find.md
Source:  Lee (2020), loss function for attack; Carlini and Wagner (2017), section V-A,
         objective f6, https://arxiv.org/abs/1608.04644
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_classes

Scores = Float[Tensor, "n classes"]
Classes = Int[Tensor, " n"]
Losses = Float[Tensor, " n"]
Model = Callable[[Tensor], Tensor]  # pictures to scores
Loss = Callable[[Tensor], Tensor]  # pictures to what each has to make small
LossOf = Callable[[Tensor, Tensor], Tensor]  # the same of pictures and their classes


def non_targeted(scores: Scores, y: Classes) -> Losses:
    """Return the lecture's loss: minus the cross-entropy with the true class.

    Raises:
        ValueError: If a class has no score.
    """
    check_classes("y", y, scores.shape[1])
    return -F.cross_entropy(scores, y, reduction="none")


def targeted(scores: Scores, y: Classes, target: Classes) -> Losses:
    """Return the lecture's loss: away from the true class, and near another.

    Both terms have the same softmax, so it is the score of y less that of the target.

    Raises:
        ValueError: If a class has no score, or a target is the true class.
    """
    check_classes("y", y, scores.shape[1])
    check_targets(scores, y, target)
    away = -F.cross_entropy(scores, y, reduction="none")
    return away + F.cross_entropy(scores, target, reduction="none")


def lead(scores: Scores, y: Classes) -> Losses:
    """Return how far the score of a class is ahead of the best other one.

    Below 0 the network says something else.

    Raises:
        ValueError: If a class has no score.
    """
    check_classes("y", y, scores.shape[1])
    own = scores.gather(1, y[:, None])[:, 0]
    others = scores.scatter(1, y[:, None], -torch.inf)
    return own - others.amax(dim=1)


def margin(ahead: Losses, kappa: float = 0.0) -> Losses:
    """Return Carlini and Wagner's g: a lead, for which -kappa is low enough.

    Args:
        ahead: The lead of the true class; for a target minus the lead of the target.
        kappa: By how much the lead shall be lost, 0 or more.

    Raises:
        ValueError: If kappa is negative.
    """
    check_at_least("kappa", kappa, 0)
    return ahead.clamp(min=-kappa)


def check_targets(scores: Tensor, y: Tensor, target: Tensor) -> None:
    """Refuse targets that are no targets.

    Raises:
        ValueError: If one has no score, or is the true class.
    """
    check_classes("target", target, scores.shape[1])
    if (target == y).any():
        raise ValueError("target is the true class of a picture: choose another one")
