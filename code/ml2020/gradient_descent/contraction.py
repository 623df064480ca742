"""Contraction: what one step of plain descent leaves of the distance, on a bowl.

Chapter: book/gradient_descent.md
Source:  Nesterov (2004), theorem 2.1.15 and its step 2/(mu + L), here for quadratics,
         where it is exact; LeCun, Bottou, Orr and Mueller (1998), section 5.1, for the
         three regimes
"""

import math
from typing import Literal

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite, check_positive

Regime = Literal["monotone", "in one step", "oscillating", "for ever", "diverging"]


def regime(lr: float, curvature: float) -> Regime:
    """Return what L = curvature x^2 / 2 does to a walk with this rate.

    Args:
        lr: The learning rate eta.
        curvature: The second derivative lambda of the loss.

    Returns:
        "monotone", "in one step", "oscillating", "for ever" or "diverging"; the second
        and the fourth are single rates, met up to rounding.

    Raises:
        ValueError: If lr or curvature is not positive.
    """
    check_positive("lr", lr)
    check_positive("curvature", curvature)
    share = lr * curvature  # a rate of 1 / 49 times 49 is not exactly 1
    if math.isclose(share, 1):
        return "in one step"
    if math.isclose(share, 2):
        return "for ever"
    if share < 1:
        return "monotone"
    return "oscillating" if share < 2 else "diverging"


def contraction(curvatures: Float[Tensor, " n"], lr: float) -> float:
    """Return the factor by which one step multiplies the distance, at worst.

    Args:
        curvatures: The eigenvalues of the Hessian, all positive.
        lr: The learning rate eta.

    Raises:
        ValueError: If lr or a curvature is not positive and finite, or there is none.
    """
    check_positive("lr", lr)
    check_curvatures(curvatures)
    return (1 - lr * curvatures).abs().max().item()


def best_rate(curvatures: Float[Tensor, " n"]) -> float:
    """Return the rate 2 / (lambda_1 + lambda_n) with the smallest worst factor.

    That factor is (kappa - 1) / (kappa + 1). From a start that is not the worst,
    another rate may need fewer steps.

    Args:
        curvatures: The eigenvalues of the Hessian, all positive, in any order.

    Raises:
        ValueError: If a curvature is not positive and finite, or there is none, or all
            are so small that no number is as large as the rate.
    """
    check_curvatures(curvatures)
    # Halves first: the sum of two large curvatures may be beyond their type.
    middle = curvatures.min().item() / 2 + curvatures.max().item() / 2
    rate = 1 / middle if middle > 0 else math.inf
    if math.isinf(rate):
        raise ValueError("curvatures are too small: multiply the loss by a number")
    return rate


def check_curvatures(curvatures: Tensor) -> None:
    """Refuse what is no bowl.

    Raises:
        ValueError: If there is no curvature, or one is not positive and finite.
    """
    check_filled("curvatures", curvatures, "curvature")
    check_finite("curvatures", curvatures, "begin elsewhere")
    if not (curvatures > 0).all():
        raise ValueError("curvatures must be positive: leave level directions out")
