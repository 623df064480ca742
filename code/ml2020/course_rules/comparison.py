"""Comparison: how far a score is off by luck, and whether one model beats another.

Chapter: book/course_rules.md
Source:  Dietterich (1998), McNemar's test and that of two proportions,
         https://doi.org/10.1162/089976698300017197
"""

import math

from jaxtyping import Shaped
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_shape,
)


def standard_error(accuracy: float, n: int) -> float:
    """Return the standard deviation of an accuracy over test sets of n examples.

    Args:
        accuracy: The true one, 0 to 1; in practice the measured one.
        n: How many examples are in the test set.

    Raises:
        ValueError: If accuracy is outside [0, 1], or n is below 1.
    """
    check_accuracy(accuracy)
    check_at_least("n", n, 1)
    return math.sqrt(accuracy * (1 - accuracy) / n)


def paired_gain(
    first: Shaped[Tensor, " n"], second: Shaped[Tensor, "*as_many"]
) -> tuple[float, float]:
    """Return how much the second model gains on the first, and its standard error.

    Both are judged on the same examples, in the same order.

    Args:
        first: 1 or True for each example that the first model gets right, or any score.
        second: Likewise for the second.

    Raises:
        ValueError: If there is no example, the shapes differ, or a number is not
            finite.
    """
    check_shape("second", second, first.shape)
    check_filled("first", first)
    check_finite("first", first)
    check_finite("second", second)
    gain = second.double() - first.double()
    error = gain.std(correction=0) / math.sqrt(len(gain))
    return gain.mean().item(), error.item()


def check_accuracy(accuracy: float) -> None:
    """Refuse an accuracy that is no share.

    Raises:
        ValueError: If it is outside [0, 1], or NaN.
    """
    if not 0 <= accuracy <= 1:
        raise ValueError(f"accuracy is {accuracy}: choose it from 0 to 1")
