"""Paired: how far one kind of network is ahead of another, seed by seed.

Chapter: book/training_tips_training.md
Source:  the chapters' own rule; the standard error is that of a mean of differences
"""

import math
from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_several, check_shape


class Ahead(NamedTuple):
    """How far ahead in the mean, and the standard error of that."""

    mean: float
    error: float


def ahead(
    one: Float[Tensor, " networks"],
    other: Float[Tensor, "*networks_too"],
    scale: float = 100.0,
) -> Ahead:
    """Return how far one kind is ahead of the other, from networks of the same seeds.

    Args:
        one: A number for each network, such as its accuracy; 2 or more.
        other: That of the other kind's network with the same seed.
        scale: What differences are multiplied by: 100 makes points of shares.

    Raises:
        ValueError: If there are fewer than two, shapes differ, or a number is NaN or
            infinite.
    """
    check_several("one", one, "network")
    check_shape("other", other, one.shape)
    check_several("other", other, "network")
    apart = scale * (one - other)
    return Ahead(apart.mean().item(), apart.std().item() / math.sqrt(len(apart)))


def verdict(found: Ahead, least: float) -> str:
    """Return "win" or "loss" if it is clear enough, else "even".

    Args:
        found: How far ahead.
        least: It is clear beyond this, and beyond two standard errors; 0 or more.

    Raises:
        ValueError: If least is negative.
    """
    check_at_least("least", least, 0)
    bound = max(least, 2 * found.error)
    return "win" if found.mean > bound else "loss" if found.mean < -bound else "even"


def told(found: Ahead, least: float, digits: int = 1) -> str:
    """Return the verdict with its numbers, for a table.

    Args:
        found: How far ahead.
        least: As for `verdict`.
        digits: Behind the point, 0 or more.

    Raises:
        ValueError: If least is negative.
    """
    numbers = f"{found.mean:+.{digits}f} +- {found.error:.{digits}f}"
    return f"{verdict(found, least)} ({numbers})"
