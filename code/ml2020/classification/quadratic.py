"""Quadratic boundary: the conic that separates classes of unequal covariances.

Chapter: book/classification.md
Source:  Bishop (2006), section 4.2.1 (unequal covariances); Hastie, Tibshirani and
         Friedman (2009), equation 4.12; the coefficients are derived in the chapter.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_covariance, check_finite, check_positive

Vector = Float[Tensor, " features"]
Matrix = Float[Tensor, "features features"]
NOTHING = 1e-9  # eigenvalues below this share of the largest number count as 0


class Quadratic(NamedTuple):
    """The function z = x^T A x + b^T x + c; the boundary is where it is 0."""

    A: Matrix
    b: Vector
    c: Float[Tensor, ""]


def quadratic_boundary(
    mean1: Vector,
    mean2: Vector,
    covariance1: Matrix,
    covariance2: Matrix,
    n1: float,
    n2: float,
) -> Quadratic:
    """Return A, b and c of z = ln P(x | C1) P(C1) / P(x | C2) P(C2).

    Args:
        mean1: The centre mu^1 of class 1.
        mean2: The centre of class 2.
        covariance1: Sigma^1, of class 1.
        covariance2: That of class 2.
        n1: How many examples class 1 has, or its prior.
        n2: Likewise for class 2.

    Raises:
        ValueError: If a covariance is singular or not symmetric, a mean is not finite,
            or a count is not positive.
    """
    check_finite("mean1", mean1, "mend the examples")
    check_finite("mean2", mean2, "mend the examples")
    check_covariance("covariance1", covariance1)
    check_covariance("covariance2", covariance2)
    check_positive("n1", n1)
    check_positive("n2", n2)
    P1, P2 = covariance1.inverse(), covariance2.inverse()
    A = 0.5 * (P2 - P1)
    b = P1 @ mean1 - P2 @ mean2
    volumes = 0.5 * (covariance2.logdet() - covariance1.logdet())
    centres = -0.5 * mean1 @ P1 @ mean1 + 0.5 * mean2 @ P2 @ mean2
    return Quadratic(A, b, volumes + centres + math.log(n1 / n2))


def conic(A: Float[Tensor, "2 2"], b: Float[Tensor, " 2"], c: float) -> str:
    """Return what x^T A x + b^T x + c = 0 is in the plane.

    One of "ellipse", "hyperbola", "parabola", "line", "parallel lines", "crossing
    lines", "point", "nothing" (no x solves it) and "everything" (every x does). What
    is below 1e-9 of the largest number counts as 0: choose units in which x is near 1.

    Args:
        A: Symmetric.
        b: The linear part.
        c: The constant.

    Raises:
        ValueError: If a number is not finite, or A is not symmetric.
    """
    if not (A.isfinite().all() and b.isfinite().all() and math.isfinite(c)):
        raise ValueError("A, b or c is NaN or infinity: mend the examples")
    if not torch.allclose(A, A.T):
        raise ValueError("A is not symmetric: average it with its transpose")
    bends, axes = torch.linalg.eigh(A)
    slopes = axes.T @ b  # along the two axes
    size = max(bends.abs().max().item(), slopes.abs().max().item(), abs(c))
    bent = bends.abs() > NOTHING * size
    straight = (slopes.abs() > NOTHING * size) & ~bent
    # Complete the squares: what is left of the constant at the centre.
    k = c - (slopes[bent] ** 2 / (4 * bends[bent])).sum().item()
    k = k if abs(k) > NOTHING * size else 0.0
    if bent.all():
        return centred_conic(bends[0].item(), bends[1].item(), k)
    if straight.any():
        return "parabola" if bent.any() else "line"
    if bent.any():
        return "parallel lines" if k * bends[bent].item() <= 0 else "nothing"
    return "nothing" if k else "everything"


def centred_conic(bend1: float, bend2: float, k: float) -> str:
    """Return what bend1 u^2 + bend2 v^2 + k = 0 is, with both bends other than 0."""
    if bend1 * bend2 < 0:
        return "hyperbola" if k else "crossing lines"
    if not k:
        return "point"
    return "ellipse" if bend1 * k < 0 else "nothing"
