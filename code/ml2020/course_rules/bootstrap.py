"""Bootstrap: how far a score could have come out otherwise.

Chapter: book/course_rules.md
Source:  Efron (1979), section 2, https://doi.org/10.1214/aos/1176344552
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor


def bootstrap_ci(
    values: Float[Tensor, " n"],
    statistic: Callable[[Tensor], Tensor] = torch.mean,
    *,
    repeats: int = 1000,
    level: float = 0.95,
    generator: torch.Generator | None = None,
) -> tuple[float, float]:
    """Return the interval that holds the middle share of the redrawn statistics.

    Args:
        values: One number for each example, such as 1 for right and 0 for wrong.
        statistic: What is reported; maps (n,) to a number.
        repeats: How often to redraw; 1,000 is usual for intervals.
        level: The share of the redrawn statistics inside, between 0 and 1.
        generator: Seed it to redraw the same.

    Raises:
        ValueError: If there is no value or one is NaN, or level is not between 0 and 1.
    """
    if not len(values) or values.isnan().any():
        raise ValueError("values are empty or have NaN: drop those examples")
    if not 0 < level < 1:
        raise ValueError(f"level is {level}: choose it between 0 and 1")
    if repeats < 1:
        raise ValueError(f"repeats is {repeats}: redraw at least once")
    n = len(values)
    places = torch.randint(n, (repeats, n), generator=generator)
    redrawn = torch.stack([statistic(values[row]) for row in places])
    tails = redrawn.new_tensor([(1 - level) / 2, (1 + level) / 2])
    low, high = redrawn.quantile(tails).tolist()
    return low, high
