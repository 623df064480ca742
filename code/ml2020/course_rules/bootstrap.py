"""Bootstrap: how far a score could have come out otherwise.

Chapter: book/course_rules.md
Source:  Efron and Tibshirani (1993), chapter 13 (the percentile interval)
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Bool, Real
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_shape,
)

ROUNDING = 1e-9  # 2 / (1 - 0.95) is not quite 40


def bootstrap_ci(
    values: Real[Tensor, " n"] | Bool[Tensor, " n"],
    statistic: Callable[[Tensor], Tensor | float] = torch.mean,
    *,
    repeats: int = 1000,
    level: float = 0.95,
    generator: torch.Generator | None = None,
) -> tuple[float, float]:
    """Return the interval that holds the middle share of the redrawn statistics.

    Args:
        values: One number for each example, such as 1 or True for right.
        statistic: What is reported; maps (n,) to one number, for every redrawing.
        repeats: How often to redraw; 1,000 is usual for intervals. At least one
            redrawing has to fall outside on each side: 2 / (1 - level) or more.
        level: The share of the redrawn statistics inside, between 0 and 1.
        generator: Seed it to redraw the same.

    Raises:
        ValueError: If there is no value or one is not finite, level is not between 0
            and 1, repeats is too small for it, or statistic once returns anything else
            than one finite number.
    """
    check_filled("values", values)
    check_finite("values", values)
    check_level(level)
    check_at_least("repeats", repeats, math.ceil(2 / (1 - level) - ROUNDING))
    n, values = len(values), values.double()
    draws = (torch.randint(n, (n,), generator=generator) for _ in range(repeats))
    redrawn = torch.stack([one_number(statistic(values[draw])) for draw in draws])
    tails = redrawn.new_tensor([(1 - level) / 2, (1 + level) / 2])
    low, high = redrawn.quantile(tails).tolist()
    return low, high


def one_number(result: object) -> Tensor:
    """Return what a statistic gave, in float64.

    Raises:
        ValueError: If it is not one finite real number.
    """
    plain = None if isinstance(result, Tensor) else torch.float64
    try:
        number = torch.as_tensor(result, dtype=plain)
    except (TypeError, RuntimeError) as error:
        raise ValueError("statistic's result is no number: give it one") from error
    check_shape("statistic's result", number, ())
    if number.is_complex():
        raise ValueError("statistic's result is complex: give it a real number")
    check_finite("statistic's result", number, "take one defined for every redrawing")
    return number.double()


def check_level(level: float) -> None:
    """Refuse a level that leaves nothing inside, or nothing outside.

    Raises:
        ValueError: If it is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}: choose it between 0 and 1")
