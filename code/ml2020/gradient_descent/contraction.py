"""Contraction: what one step of plain descent leaves of the distance, on a bowl.

Chapter: book/gradient_descent.md
Source:  Nesterov (2004), theorem 2.1.15 and its step 2/(mu + L), here for quadratics,
         where it is exact; LeCun, Bottou, Orr and Mueller (1998), section 5.1, for the
         three regimes
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_positive


def regime(lr: float, curvature: float) -> str:
    """Return what L = curvature x^2 / 2 does to a walk with this rate.

    Args:
        lr: The learning rate eta.
        curvature: The second derivative lambda of the loss.

    Returns:
        "monotone", "in one step", "oscillating", "for ever" or "diverging".

    Raises:
        ValueError: If lr or curvature is not positive.
    """
    check_positive("lr", lr)
    check_positive("curvature", curvature)
    factor = 1 - lr * curvature
    if factor > 0:
        return "monotone"
    if factor == 0:
        return "in one step"
    if factor > -1:
        return "oscillating"
    return "for ever" if factor == -1 else "diverging"


def contraction(curvatures: Float[Tensor, " n"], lr: float) -> float:
    """Return the factor by which one step multiplies the distance, at worst.

    Args:
        curvatures: The eigenvalues of the Hessian, all positive.
        lr: The learning rate eta.

    Raises:
        ValueError: If lr or a curvature is not positive, or there is none.
    """
    check_positive("lr", lr)
    check_curvatures(curvatures)
    return (1 - lr * curvatures).abs().max().item()


def best_rate(curvatures: Float[Tensor, " n"]) -> float:
    """Return the rate 2 / (lambda_1 + lambda_n) with the smallest worst factor.

    Args:
        curvatures: The eigenvalues of the Hessian, all positive, in any order.

    Raises:
        ValueError: If a curvature is not positive, or there is none.
    """
    check_curvatures(curvatures)
    return 2 / (curvatures.min() + curvatures.max()).item()


def best_factor(kappa: float) -> float:
    """Return (kappa - 1) / (kappa + 1): what a step at the best rate leaves at worst.

    Args:
        kappa: The largest curvature divided by the smallest, 1 or more.

    Raises:
        ValueError: If kappa is below 1, or NaN.
    """
    if not kappa >= 1:
        raise ValueError(f"kappa is {kappa}: divide the largest by the smallest")
    return (kappa - 1) / (kappa + 1)


def check_curvatures(curvatures: Tensor) -> None:
    """Refuse what is no bowl.

    Raises:
        ValueError: If there is no curvature, or one is not positive.
    """
    if not len(curvatures):
        raise ValueError("curvatures are empty: give at least one")
    if not (curvatures > 0).all():
        raise ValueError("curvatures must be positive: leave level directions out")
