"""The circle: the lowest point in a small circle lies against the gradient.

Chapter: book/gradient_descent.md
Source:  Cauchy (1847), C. R. Acad. Sci. Paris 25, pages 536 to 538, for the first
         order; the brute force is the lecture's circle, looked at from all sides
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_positive

Pair = Float[Tensor, "2"]


def lowest_in_circle(
    loss: Callable[[Tensor], Tensor],
    centre: Pair,
    radius: float,
    angles: int = 3600,
    rings: int = 20,
) -> Pair:
    """Return the step to the lowest of many points in a circle, its rim included.

    Args:
        loss: Maps points, one a row, to their heights.
        centre: Where we stand.
        radius: How far we look.
        angles: In how many directions, at equal distances.
        rings: At how many distances in each, the last on the rim.

    Raises:
        ValueError: If radius is not positive, angles or rings is below 1, or a height
            is not finite.
    """
    check_positive("radius", radius)
    check_at_least("angles", angles, 1)
    check_at_least("rings", rings, 1)
    turn = 2 * math.pi * torch.arange(angles).to(centre) / angles
    rim = torch.stack([turn.cos(), turn.sin()], dim=1)
    reach = radius * torch.arange(rings + 1).to(centre) / rings
    steps = (reach[:, None, None] * rim).flatten(0, 1)
    heights = loss(centre + steps)
    if not heights.isfinite().all():
        raise ValueError("loss is not finite in the circle: lower the radius")
    return steps[heights.argmin()]


def taylor_step(g: Tensor, radius: float) -> Tensor:
    """Return the step -eta g with eta = radius / |g|: the lowest point of a plane.

    Args:
        g: The gradient (u, v, ...) where we stand.
        radius: How far we may go.

    Raises:
        ValueError: If radius is not positive, or the length of g, in its type, is zero
            or not finite.
    """
    check_positive("radius", radius)
    check_arrow("g", g)
    eta = radius / g.norm()
    return -eta * g


def angle_between(one: Pair, other: Pair) -> float:
    """Return the angle between two arrows in radians, 0 to pi.

    Raises:
        ValueError: If the length of an arrow, in its type, is zero or not finite.
    """
    check_arrow("one", one)
    check_arrow("other", other)
    # The cosine alone would lose half of the digits of a small angle.
    across = (one[0] * other[1] - one[1] * other[0]).abs()
    return torch.atan2(across, one @ other).item()


def check_arrow(name: str, arrow: Tensor) -> None:
    """Refuse what points nowhere.

    Raises:
        ValueError: If its length is zero or not finite, be it by the rounding of its
            type.
    """
    length = arrow.norm().item()
    if not 0 < length < float("inf"):
        raise ValueError(f"{name} has the length {length}: give one with a direction")
