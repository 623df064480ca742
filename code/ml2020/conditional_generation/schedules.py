"""Schedules: how often the right symbol is told, falling while a network learns.

Chapter: book/conditional_generation_tips.md
Source:  Bengio, Vinyals, Jaitly and Shazeer (2015), section 2.4,
         https://arxiv.org/abs/1506.03099
"""

import math

import torch
from torch import Tensor

from ml2020.support.checks import check_at_least, check_choice, check_positive

SCHEDULES = "linear", "exponential", "inverse sigmoid"


def epsilon(schedule: str, i: int, k: float) -> float:
    """Return how often the right symbol is told at update i, from 0 on.

    Args:
        schedule: One of SCHEDULES.
        i: The update.
        k: The linear one ends after k updates; the exponential one has a factor of k,
            0 to 1, an update; the inverse sigmoid one a k of 1 or more.

    Raises:
        ValueError: If a number is outside its range, or there is no such schedule.
    """
    check_schedule(schedule, i, k)
    if schedule == "linear":
        return max(0.0, 1 - i / k)
    if schedule == "exponential":
        return k**i
    return k / (k + math.exp(min(i / k, 700)))


def half_way(schedule: str, updates: int) -> float:
    """Return the k with which the right symbol is told half of the time half way.

    Args:
        schedule: One of SCHEDULES.
        updates: How many there are, 4 or more.

    Raises:
        ValueError: If there are fewer, or there is no such schedule.
    """
    check_at_least("updates", updates, 4)
    check_schedule(schedule, 0, 1)
    if schedule == "linear":
        return float(updates)
    if schedule == "exponential":
        return float(0.5 ** (2 / updates))
    k = 2.0
    for _ in range(60):  # k ln k = updates / 2, by fixed points
        k = 0.5 * (k + updates / (2 * math.log(max(k, 1.5))))
    return k


def told_or_own(
    right: Tensor,
    own: Tensor,
    share: float | Tensor,
    *,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return the right symbols, or one's own, a throw of dice for each row.

    Args:
        right: What was right (n, ...).
        own: What was said instead, alike.
        share: The probability of the right one, or one for each row (n,).
        generator: Seed it to throw the same again.

    Raises:
        ValueError: If the share is outside 0 to 1.
    """
    check_told(share)
    dice = torch.rand(len(right), generator=generator, dtype=torch.float32)
    keep = (dice < share).view(-1, *([1] * (right.dim() - 1)))
    return torch.where(keep.to(right.device), right, own)


def check_told(share: float | Tensor) -> None:
    """Refuse probabilities that are none.

    Raises:
        ValueError: If one is outside 0 to 1.
    """
    shares = torch.as_tensor(share)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError("share is outside 0 to 1: say how often the right one is told")


def check_schedule(schedule: str, i: int, k: float) -> None:
    """Refuse schedules that there are not.

    Raises:
        ValueError: If a number is outside its range, or there is no such schedule.
    """
    check_choice("schedule", schedule, SCHEDULES)
    check_at_least("i", i, 0)
    check_positive("k", k)
    if schedule == "exponential" and k > 1:
        raise ValueError(f"k is {k}: give at most 1")
    if schedule == "inverse sigmoid" and k < 1:
        raise ValueError(f"k is {k}: give 1 or more")
