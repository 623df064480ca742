"""Comparison: how far a score is off by luck, and whether one model beats another.

Chapter: book/course_rules.md
Source:  Dietterich (1998), McNemar's test and that of two proportions,
         https://doi.org/10.1162/089976698300017197
"""

import math

from jaxtyping import Bool, Real
from torch import Tensor

from ml2020.support.checks import (
    check_accuracy,
    check_count,
    check_filled,
    check_finite,
    check_shape,
)

Values = Real[Tensor, " n"] | Bool[Tensor, " n"]  # 1 or True for right, or any score


def standard_error(accuracy: float, n: int) -> float:
    """Return the standard deviation of an accuracy over test sets of n examples.

    Args:
        accuracy: The true one, 0 to 1; in practice the measured one.
        n: How many examples are in the test set.

    Raises:
        ValueError: If accuracy is outside [0, 1], or n below 1 or above 1e300.
    """
    check_accuracy("accuracy", accuracy)
    check_count("n", n)
    return math.sqrt(accuracy * (1 - accuracy) / n)


def paired_gain(
    first: Values, second: Real[Tensor, "*as_many"] | Bool[Tensor, "*as_many"]
) -> tuple[float, float]:
    """Return how much the second model gains on the first, and its standard error.

    Both are judged on the same examples, in the same order. The error is that of a mean
    of independent examples; it is 0, and says nothing, where all gains are equal: with
    one example, for instance.

    Args:
        first: 1 or True for each example that the first model gets right, or any score.
        second: Likewise for the second.

    Raises:
        ValueError: If there is no example, the shapes differ, a number is not finite,
            or the gains are so large that their squares overflow.
    """
    check_shape("second", second, first.shape)
    check_filled("first", first)
    check_finite("first", first)
    check_finite("second", second)
    check_apart(first, second)
    gain = second.double() - first.double()
    error = gain.std(correction=0) / math.sqrt(len(gain))
    return gain.mean().item(), error.item()


def check_apart(first: Tensor, second: Tensor) -> None:
    """Refuse gains so large that their squares overflow.

    Raises:
        ValueError: If they do.
    """
    if not (second.double() - first.double()).square().sum().isfinite():
        raise ValueError("second is so far from first that squares overflow: rescale")
