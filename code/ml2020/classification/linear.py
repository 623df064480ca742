"""Linear boundary: w and b in closed form, when the two classes share a covariance.

Chapter: book/classification.md
Source:  Bishop (2006), equations 4.65 to 4.67.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_covariance, check_finite, check_positive

Vector = Float[Tensor, " features"]
Matrix = Float[Tensor, "features features"]


def linear_boundary(
    mean1: Vector,
    mean2: Vector,
    covariance: Matrix,
    n1: float,
    n2: float,
) -> tuple[Vector, Float[Tensor, ""]]:
    """Return w and b, with which P(C1 | x) = sigmoid(w x + b).

    Args:
        mean1: The centre of class 1.
        mean2: The centre of class 2.
        covariance: The Sigma of both.
        n1: How many examples class 1 has, or its prior.
        n2: Likewise for class 2.

    Raises:
        ValueError: If the covariance is singular or not symmetric, a mean is not
            finite, or a count is not positive.
    """
    check_finite("mean1", mean1, "mend the examples")
    check_finite("mean2", mean2, "mend the examples")
    check_covariance("covariance", covariance)
    check_positive("n1", n1)
    check_positive("n2", n2)
    a1 = torch.linalg.solve(covariance, mean1)  # Sigma^-1 mu^1
    a2 = torch.linalg.solve(covariance, mean2)
    w = a1 - a2
    b = -0.5 * mean1 @ a1 + 0.5 * mean2 @ a2 + math.log(n1 / n2)
    return w, b
