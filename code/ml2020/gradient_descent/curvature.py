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
        second: The second derivative, positive.

    Raises:
        ValueError: If a second derivative is not positive, or a number not finite.
    """
    check_finite("first", first, "drop those points")
    check_finite("second", second, "drop those points")
    if not (second > 0).all():
        raise ValueError(
            "second has a number that is not positive: only a parabola that opens "
            "upwards has a lowest point; drop those points"
        )
    return first.abs() / second


def rms(g: Float[Tensor, " times *shape"]) -> Float[Tensor, "*shape"]:
    """Return the root of the mean of the squares, over the first dimension.

    It is infinite where the type of g cannot hold a square.

    Args:
        g: First derivatives at several points.

    Raises:
        ValueError: If there is none, or one is not finite.
    """
    check_filled("g", g, "derivative")
    check_finite("g", g, "drop those points")
    return (g**2).mean(dim=0).sqrt()
