"""Calibration: of answers that are 80 % sure, are 80 % right? And a T that mends it.

Chapter: book/anomaly_labels.md
Source:  Guo, Pleiss, Sun and Weinberger (2017), equations 2 to 3 and section 4.2,
         https://arxiv.org/abs/1706.04599
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_classes,
    check_filled,
    check_finite,
)

HALVINGS = 60  # of the interval that holds ln(1 / T)
WIDEST = 10.0  # of ln(1 / T), either way


class Reliability(NamedTuple):
    """Answers in bins of equal width; an empty bin has NaN.

    Attributes:
        answers: How many are in it.
        sure: How sure they are in the mean.
        right: Which share of them is right.
    """

    answers: Int[Tensor, " bins"]
    sure: Float[Tensor, " bins"]
    right: Float[Tensor, " bins"]


def reliability(
    p: Float[Tensor, " n"], right: Bool[Tensor, " n"], bins: int = 10
) -> Reliability:
    """Return how sure and how right the answers of each bin of confidence are.

    Args:
        p: How sure each answer is, 0 to 1.
        right: Whether it is right.
        bins: How many there are; those of p = 1 are in the last.

    Raises:
        ValueError: If there is no answer, p is outside [0, 1], or there is no bin.
    """
    check_filled("p", p, "answer")
    check_confidence(p)
    check_at_least("bins", bins, 1)
    place = (p * bins).long().clamp(max=bins - 1)
    count = place.bincount(minlength=bins)
    sums = [place.bincount(weights=w.double(), minlength=bins) for w in (p, right)]
    return Reliability(count, sums[0] / count, sums[1] / count)


def calibration_error(bins: Reliability) -> float:
    """Return the expected calibration error: the mean gap, answers counted alike."""
    gap = (bins.right - bins.sure).abs().nan_to_num()
    return float((bins.answers * gap).sum() / bins.answers.sum())


def fit_temperature(z: Float[Tensor, "n classes"], y: Int[Tensor, " n"]) -> float:
    """Return the T that makes the labels most likely by softmax(z / T).

    In b = 1 / T the loss is convex; its slope is the mean of E[z] - z_y. So halve an
    interval of ln b until nothing is left of it.

    Args:
        z: Scores of examples that the network has not learned from.
        y: Their labels.

    Raises:
        ValueError: If there is no example, a number is not finite, or a label is none.
    """
    check_filled("z", z)
    check_finite("z", z, "train anew with a lower rate")
    check_classes("y", y, z.shape[1])
    z = z.double()
    own = z.gather(1, y[:, None])[:, 0]
    low, high = -WIDEST, WIDEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        b = torch.tensor(middle, dtype=torch.float64).exp()
        expected = ((b * z).softmax(dim=1) * z).sum(dim=1)
        slope = (expected - own).mean()
        low, high = (low, middle) if slope > 0 else (middle, high)
    return float(torch.tensor(-middle, dtype=torch.float64).exp())


def check_confidence(p: Tensor) -> None:
    """Refuse what is no probability.

    Raises:
        ValueError: If one is outside [0, 1], or NaN.
    """
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("p is outside [0, 1]: give probabilities")
