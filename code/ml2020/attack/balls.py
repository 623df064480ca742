"""Balls: how far a picture may be moved, and the way back to what is allowed.

Chapter: book/attack_find.md
Source:  Lee (2020), constraints and fix; Madry et al. (2018), section 2,
         https://arxiv.org/abs/1706.06083
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_ball

Pictures = Float[Tensor, " n *shape"]
Box = tuple[float, float] | None
DOTS = (0.0, 1.0)  # the box of a picture: no ink to full ink


def lengths(change: Pictures, norm: float = 2) -> Float[Tensor, " n"]:
    """Return how long each change is: the root of the squares, or its largest dot."""
    return change.flatten(1).norm(norm, dim=1)


def spread(each: Tensor, like: Tensor) -> Tensor:
    """Return one value a picture with the axes of pictures."""
    return each.view(-1, *[1] * (like.ndim - 1))


def project(change: Pictures, eps: float, norm: float = math.inf) -> Pictures:
    """Return the nearest changes that are no longer than eps.

    Args:
        change: What is added to each picture.
        eps: The radius of the ball, 0 or more.
        norm: math.inf, no dot by more than eps; 2, the root of the summed squares.

    Raises:
        ValueError: If eps is negative, or the norm is another one.
    """
    check_ball(eps, norm)
    if norm == math.inf:
        return change.clamp(-eps, eps)
    long = spread(lengths(change), change)
    return torch.where(long > eps, change * (eps / long), change)


def fix(
    x: Pictures,
    start: Pictures,
    eps: float,
    norm: float = math.inf,
    box: Box = DOTS,
) -> Pictures:
    """Return pictures inside the ball around their start, and inside the box.

    The start lies in the box, so cutting to the box brings no dot farther from it.

    Raises:
        ValueError: If eps is negative, or the norm is another one.
    """
    x = start + project(x - start, eps, norm)
    return x if box is None else x.clamp(*box)


def steepest(slope: Pictures, norm: float = math.inf) -> Pictures:
    """Return the change of length 1 along which a linear function grows most.

    Where the slope is 0 it is 0.

    Raises:
        ValueError: If the norm is another one.
    """
    check_ball(0, norm)
    if norm == math.inf:
        return slope.sign()
    top = spread(lengths(slope, math.inf), slope)  # squares of 1e-25 would be 0
    slope = torch.where(top > 0, slope / top, 0)
    long = spread(lengths(slope), slope)
    return torch.where(long > 0, slope / long, 0)


def drawn_inside(
    start: Pictures,
    eps: float,
    norm: float = math.inf,
    box: Box = DOTS,
    *,
    generator: torch.Generator | None = None,
) -> Pictures:
    """Return pictures somewhere in the ball and the box.

    For math.inf each dot is uniform; for 2 the direction is, and the length.

    Raises:
        ValueError: If eps is negative, or the norm is another one.
    """
    check_ball(eps, norm)
    kind, place, shape = start.dtype, start.device, start.shape
    if norm == math.inf:
        u = torch.rand(shape, generator=generator, dtype=kind, device=place)
        change = eps * (2 * u - 1)
    else:
        way = torch.randn(shape, generator=generator, dtype=kind, device=place)
        far = torch.rand(len(start), generator=generator, dtype=kind, device=place)
        change = eps * spread(far, start) * steepest(way, 2)
    return fix(start + change, start, eps, norm, box)
