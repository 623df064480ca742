"""Distilling: a student learns what a teacher says, and not only which answer is right.

Chapter: book/compression_prune.md
Source:  Hinton et al. (2015), sections 2 and 2.1, https://arxiv.org/abs/1503.02531
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import (
    check_filled,
    check_finite,
    check_like,
    check_positive,
)

Scores = Float[Tensor, "*examples classes"]


def softened(v: Scores, T: float) -> Scores:
    """Return what scores say at a temperature: the softmax of v / T.

    Args:
        v: Scores, with the classes last.
        T: The temperature, positive; 1 is the usual softmax.

    Raises:
        ValueError: If the temperature is 0 or below, or a score is NaN or infinite.
    """
    check_heat(v, T)
    return (v / T).softmax(dim=-1)


def distil_loss(z: Scores, v: Scores, T: float) -> Float[Tensor, ""]:
    """Return T**2 times the divergence of student from teacher, the mean over examples.

    Args:
        z: The student's scores.
        v: The teacher's.
        T: The temperature of both, positive.

    Raises:
        ValueError: If the temperature is 0 or below, or so high that rounding swallows
            the loss, or a score is NaN or infinite, or of another type than the others.
    """
    check_pair(z, v, T)
    check_told(z, v, T)
    log_q = (z / T).log_softmax(dim=-1)
    log_p = (v / T).log_softmax(dim=-1)
    return T**2 * (log_p.exp() * (log_p - log_q)).sum(dim=-1).mean()


def mixed_loss(
    z: Scores, v: Scores, y: Int[Tensor, "*examples"], T: float, weight: float
) -> Float[Tensor, ""]:
    """Return a mean of the teacher's part and the cross-entropy with the labels.

    Args:
        z: The student's scores.
        v: The teacher's.
        y: The true classes.
        T: The temperature of the teacher's part, positive.
        weight: Of the teacher's part, lambda, from 0 to 1.

    Raises:
        ValueError: As distil_loss, and if the weight is outside [0, 1], or a class has
            no score.
    """
    check_weight(weight)
    check_classes(y, z.shape[-1])
    hard = F.cross_entropy(z.flatten(0, -2), y.flatten())
    return weight * distil_loss(z, v, T) + (1 - weight) * hard


def limit_slope(z: Scores, v: Scores) -> Scores:
    """Return the slope of an example's T**2 KL by its scores, for T to infinity.

    It is that of half the mean square of the differences, once each row of scores is
    moved to the mean 0.

    Raises:
        ValueError: If a score is NaN or infinite, or types differ.
    """
    check_pair(z, v, 1.0)
    z = z - z.mean(dim=-1, keepdim=True)
    v = v - v.mean(dim=-1, keepdim=True)
    return (z - v) / z.shape[-1]


def check_heat(v: Tensor, T: float) -> None:
    """Refuse a temperature that is none, and scores that are none.

    Raises:
        ValueError: If it is 0 or below, NaN or infinite, or a score is.
    """
    check_filled("v", v, "score")
    check_finite("v", v, "train the network anew with a lower rate")
    check_positive("T", T)


def check_pair(z: Tensor, v: Tensor, T: float) -> None:
    """Refuse scores that do not belong together.

    Raises:
        ValueError: If types differ, a score is NaN or infinite, or T is none.
    """
    check_heat(v, T)
    check_finite("z", z, "train the student anew with a lower rate")
    check_like("v", v, "z", z)
    if not ((z / T).isfinite().all() and (v / T).isfinite().all()):
        raise ValueError(f"T is {T}: z / T or v / T overflows, give a higher one")


def check_told(z: Tensor, v: Tensor, T: float) -> None:
    """Refuse a temperature at which the probabilities hardly differ any more.

    The loss has the size of a squared range of scores, its rounding that of T squared.

    Raises:
        ValueError: If more than a hundredth of the loss would be rounding.
    """
    both = torch.stack([z, v]).detach()
    spread = (both.amax(dim=-1) - both.amin(dim=-1)).max().item()
    most = max(1.0, spread / (1000 * torch.finfo(z.dtype).eps) ** 0.5)
    if most < T:
        raise ValueError(
            f"T is {T:g}, beyond {most:.3g} the loss is rounding: lower T, give float64"
        )


def check_classes(y: Tensor, classes: int) -> None:
    """Refuse classes that have no score.

    Raises:
        ValueError: If one is below 0, or too large.
    """
    if y.numel() and not 0 <= int(y.min()) <= int(y.max()) < classes:
        raise ValueError(f"y is outside 0 to {classes - 1}: number the classes from 0")


def check_weight(weight: float) -> None:
    """Refuse what is no share of a mean.

    Raises:
        ValueError: If it is outside [0, 1], or NaN.
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"weight is {weight}: give a share from 0 to 1")
