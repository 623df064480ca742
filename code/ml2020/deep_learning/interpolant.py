"""The interpolant: rectifiers, added up, join given points by straight lines.

Chapter: book/deep_learning.md
Source:  derived in the chapter; that one hidden layer is enough for any continuous
         function is due to Cybenko (1989), https://doi.org/10.1007/BF02551274
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.deep_learning.layers import Layer
from ml2020.support.checks import (
    check_at_least,
    check_finite,
    check_positive,
    check_shape,
)

ROUNDING = 1e-3  # of all that the heights rise: more than the eye sees in a picture


def relu_interpolant(
    knots: Float[Tensor, " points"], heights: Float[Tensor, " points"]
) -> list[Layer]:
    """Return a hidden layer of rectifiers and a straight output that meet the points.

    Between neighbouring knots the network is straight; left of the first one it is
    level, right of the last one it goes on as it came. What it says is a sum of large
    numbers with both signs, so rounding grows with the number of knots: give float64
    where the line has to be exact.

    Args:
        knots: Where the line may turn, growing; 2 or more.
        heights: What the network shall say there.

    Raises:
        ValueError: If there are fewer than two points or not as many heights, a number
            is not finite, the knots do not grow, a slope overflows, or rounding spoils
            the line: it is off by a thousandth of all that the heights rise.
    """
    check_points(knots, heights)
    s = heights.diff() / knots.diff()  # the slope of each piece
    turns = s.diff(prepend=s.new_zeros(1))
    hidden = Layer(torch.ones_like(s)[:, None], -knots[:-1])
    return [hidden, Layer(turns[None], heights[:1])]


def interpolation_bound(curvature: float, distance: float) -> float:
    """Return how far a function can be from the straight lines between its points.

    Args:
        curvature: The largest absolute second derivative, 0 or more.
        distance: The largest distance of neighbouring knots, positive.

    Raises:
        ValueError: If a number is outside its range, or the bound too large for one.
    """
    check_at_least("curvature", curvature, 0)
    check_positive("distance", distance)
    bound = curvature * distance * distance / 8
    if bound == math.inf:
        raise ValueError(
            f"distance is {distance}, the bound overflows: change the units"
        )
    return bound


def check_points(knots: Tensor, heights: Tensor) -> None:
    """Refuse points that no line joins from left to right.

    Raises:
        ValueError: If there are fewer than two, a number is not finite, the knots do
            not grow, a slope, or a difference of two, is too large for a number, or
            rounding spoils the line.
    """
    if len(knots) < 2:
        raise ValueError(f"knots has {len(knots)}: give 2 or more")
    check_shape("heights", heights, (len(knots),))
    check_finite("knots", knots, "drop those points")
    check_finite("heights", heights, "drop those points")
    if not (knots.diff() > 0).all():
        raise ValueError("knots do not grow: sort them, and drop repeated ones")
    slopes = heights.diff() / knots.diff()
    if not (slopes.isfinite().all() and slopes.diff().isfinite().all()):
        raise ValueError("heights rise so much that slopes overflow: change the units")
    check_rounding(slopes, knots, heights)


def check_rounding(slopes: Tensor, knots: Tensor, heights: Tensor) -> None:
    """Refuse slopes whose differences, added up again, miss the points.

    Raises:
        ValueError: If they do at a knot or in the middle of a piece; of many pieces
            about 64 are looked at.
    """
    last = len(knots) - 1
    places = torch.arange(0, last + 1, max(1, last // 64))
    after = (places + 1).clamp(max=last)
    x = torch.cat([knots[places], (knots[places] + knots[after]) / 2])
    y = torch.cat([heights[places], (heights[places] + heights[after]) / 2])
    turns = slopes.diff(prepend=slopes.new_zeros(1))
    said = heights[0] + (x[:, None] - knots[:-1]).clamp(min=0) @ turns
    off = (said - y).abs().max()
    if not off <= ROUNDING * (heights.max() - heights.min()):  # it may be NaN
        raise ValueError(
            f"knots lie so that rounding in {knots.dtype} spoils the line: merge those"
            " that nearly coincide, or give float64"
        )
