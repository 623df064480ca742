"""Random features: cosines that nobody trained, as many as one likes.

Chapter: book/error_sources_selection.md
Source:  Belkin, Hsu, Ma and Mandal (2019), random Fourier features,
         https://doi.org/10.1073/pnas.1903070116
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_like,
    check_positive,
)


def draw_waves(
    dims: int,
    count: int,
    width: float,
    *,
    generator: torch.Generator | None = None,
) -> tuple[Float[Tensor, "{dims} {count}"], Float[Tensor, " {count}"]]:
    """Return directions (Gaussian) and phases (uniform) of random waves.

    Args:
        dims: How many numbers an example has, 1 or more.
        count: How many waves to draw, 1 or more.
        width: How far one must go for a wave to change, in the units of the examples.
        generator: Seed it to draw the same waves again.

    Raises:
        ValueError: If dims or count is below 1, or width is not positive, not finite,
            or so small that a direction overflows.
    """
    check_at_least("dims", dims, 1)
    check_at_least("count", count, 1)
    check_positive("width", width)
    W = torch.randn(dims, count, generator=generator, dtype=torch.float64) / width
    check_finite("randn / width", W, "choose a larger width")
    turn = torch.rand(count, generator=generator, dtype=torch.float64)
    return W, 2 * math.pi * turn


def waves(
    x: Float[Tensor, "n dims"],
    W: Float[Tensor, "dims count"],
    phase: Float[Tensor, " count"],
) -> Float[Tensor, "n count"]:
    """Return the features cos(w_j x + phase_j) of each example.

    Args:
        x: One row an example.
        W: The direction of each wave, a column each.
        phase: Where each wave begins, in radians.

    Raises:
        ValueError: If there is no example, a number is not finite, the types differ, or
            x W overflows.
    """
    check_filled("x", x)
    check_finite("x", x)
    for name, drawn in (("W", W), ("phase", phase)):
        check_finite(name, drawn, "draw it with draw_waves()")
        check_like(name, drawn, "x", x)
    check_finite("x W", x @ W, "change the units of x")
    return torch.cos(x @ W + phase)
