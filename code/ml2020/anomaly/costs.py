"""Costs: false alarms and misses at a threshold, and which threshold is cheapest.

Chapter: book/anomaly_labels.md
Source:  the tables of the lecture; Fawcett (2006), An introduction to ROC analysis,
         section 2, https://doi.org/10.1016/j.patrec.2005.10.010
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_kinds


class Mistakes(NamedTuple):
    """How many normal ones raise an alarm, and how many anomalies raise none."""

    false_alarms: int
    missed: int


class Cheapest(NamedTuple):
    """The threshold that costs least, and what it costs."""

    threshold: float
    cost: float


def mistakes(
    normal: Float[Tensor, " n"], anomalous: Float[Tensor, " m"], threshold: float
) -> Mistakes:
    """Return the mistakes of an alarm at s(x) >= threshold.

    Args:
        normal: Scores of the normal, high for what is strange.
        anomalous: Scores of the anomalies.
        threshold: From here on there is an alarm.

    Raises:
        ValueError: If one kind has no score, or a number is NaN.
    """
    check_kinds(normal, anomalous)
    check_threshold(threshold)
    false_alarms = (normal >= threshold).sum()
    missed = (anomalous < threshold).sum()
    return Mistakes(int(false_alarms), int(missed))


def cost(found: Mistakes, false_alarm: float, miss: float) -> float:
    """Return what the mistakes cost.

    Args:
        found: The mistakes.
        false_alarm: What one false alarm costs, 0 or more.
        miss: What one missed anomaly costs, 0 or more.

    Raises:
        ValueError: If a cost is below 0.
    """
    check_at_least("false_alarm", false_alarm, 0)
    check_at_least("miss", miss, 0)
    return false_alarm * found.false_alarms + miss * found.missed


def cheapest(
    normal: Float[Tensor, " n"],
    anomalous: Float[Tensor, " m"],
    false_alarm: float,
    miss: float,
) -> Cheapest:
    """Return the cheapest threshold: one of the scores, or infinity for no alarm.

    Of thresholds that cost the same it is the highest: the fewest alarms.

    Raises:
        ValueError: As `mistakes` and `cost`.
    """
    tried = [*torch.cat([normal, anomalous]).unique().tolist(), math.inf]  # type: ignore[no-untyped-call]
    costs = [
        cost(mistakes(normal, anomalous, threshold), false_alarm, miss)
        for threshold in tried
    ]
    least = min(costs)
    return Cheapest(
        max(t for t, c in zip(tried, costs, strict=True) if c == least), least
    )


def check_threshold(threshold: float) -> None:
    """Refuse a threshold that nothing is above or below.

    Raises:
        ValueError: If it is NaN.
    """
    if math.isnan(threshold):
        raise ValueError("threshold is nan: give a number, or infinity for no alarm")
