"""Curves: all thresholds at once, as ROC and as precision by recall.

Chapter: book/anomaly_labels.md
Source:  Fawcett (2006), An introduction to ROC analysis, algorithm 1,
         https://doi.org/10.1016/j.patrec.2005.10.010
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_kinds


class Curve(NamedTuple):
    """One point a threshold, the first without any alarm, the last with all.

    Attributes:
        threshold: Infinity, then each score that occurs, the highest first.
        false_alarms: The share of the normal that raise an alarm.
        found: The share of the anomalies that do, also called recall.
    """

    threshold: Float[Tensor, " points"]
    false_alarms: Float[Tensor, " points"]
    found: Float[Tensor, " points"]


def roc(normal: Float[Tensor, " n"], anomalous: Float[Tensor, " m"]) -> Curve:
    """Return the points of the ROC curve; equal scores are one threshold.

    Raises:
        ValueError: If one kind has no score, or a number is NaN or infinite.
    """
    check_kinds(normal, anomalous)
    scores = torch.cat([normal, anomalous]).double().unique().flip(0)  # type: ignore[no-untyped-call]
    threshold = torch.cat([scores.new_full((1,), torch.inf), scores])
    shares = [at_least(kind.double(), threshold) for kind in (normal, anomalous)]
    return Curve(threshold, *shares)


def at_least(
    scores: Float[Tensor, " n"], threshold: Float[Tensor, " points"]
) -> Float[Tensor, " points"]:
    """Return which share of the scores is at each threshold or above."""
    below = torch.searchsorted(scores.sort().values, threshold)
    return 1 - below.double() / len(scores)


def average_precision(
    normal: Float[Tensor, " n"], anomalous: Float[Tensor, " m"]
) -> float:
    """Return the mean precision over the anomalies, as they are found one by one.

    Precision is the share of the alarms that are right. By chance it is the share of
    anomalies among all.

    Raises:
        ValueError: As `roc`.
    """
    _, false_alarms, found = roc(normal, anomalous)
    wrong, right = false_alarms * len(normal), found * len(anomalous)
    precision = right[1:] / (right[1:] + wrong[1:])
    return float((found.diff() * precision).sum())
