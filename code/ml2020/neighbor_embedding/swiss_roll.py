"""Swiss roll: a sheet that is rolled up, and where each point was on the flat sheet.

Chapter: book/neighbor_embedding.md
Source:  our own; the spiral and its sizes are those of scikit-learn's make_swiss_roll
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least


class Roll(NamedTuple):
    """Points in space, and their two places on the sheet before it was rolled."""

    X: Float[Tensor, "n 3"]
    along: Float[Tensor, " n"]  # the length of the spiral from its centre to here
    across: Float[Tensor, " n"]  # 0 to 21


def swiss_roll(
    n: int, noise: float = 0.0, *, generator: torch.Generator | None = None
) -> Roll:
    """Return points of the spiral of radius = angle, from 1.5 pi to 4.5 pi.

    Args:
        n: How many, 1 or more.
        noise: The standard deviation of what is added to each coordinate, 0 or more.
        generator: The dice.

    Raises:
        ValueError: If n or the noise is too small.
    """
    check_at_least("n", n, 1)
    check_at_least("noise", noise, 0)
    u, v = torch.rand(2, n, generator=generator, dtype=torch.float64)
    angle, across = 1.5 * math.pi * (1 + 2 * u), 21 * v
    X = torch.stack([angle * angle.cos(), across, angle * angle.sin()], dim=1)
    X = X + noise * torch.randn(n, 3, generator=generator, dtype=torch.float64)
    return Roll(X, spiral_length(angle), across)


def spiral_length(angle: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
    """Return the length of the spiral radius = angle, from its centre on."""
    return (angle * (1 + angle**2).sqrt() + angle.asinh()) / 2
