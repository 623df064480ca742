"""Best step: the first derivative divided by the second, and a stand-in for the second.

Chapter: book/gradient_descent.md
Source:  Duchi, Hazan and Singer (2011), section 1.1, for the root of squared gradients;
         the reason given here is the lecture's, and derived in the chapter
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite


def best_step(
    first: Float[Tensor, "*points"], second: Float[Tensor, "*points"]
) -> Float[Tensor, "*points"]:
    """Return |y'| / |y''|: how far the lowest point of a parabola is.

    Args:
        first: The first derivative where we stand.
        second: The second derivative.

    Raises:
        ValueError: If a second derivative is zero, or a number is not finite.
    """
    check_finite("first", first, "drop those points")
    check_finite("second", second, "drop those points")
    if (second == 0).any():
        raise ValueError("second has a zero: a line has no lowest point")
    return first.abs() / second.abs()


def rms(g: Float[Tensor, " times *shape"]) -> Float[Tensor, "*shape"]:
    """Return the root of the mean of the squares, over the first dimension.

    Args:
        g: First derivatives at several points.

    Raises:
        ValueError: If there is none, or one is not finite.
    """
    check_filled("g", g, "derivative")
    check_finite("g", g, "drop those points")
    return (g**2).mean(dim=0).sqrt()
