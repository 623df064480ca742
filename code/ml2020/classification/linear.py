"""Linear boundary: w and b in closed form, when the two classes share a covariance.

Chapter: book/classification.md
Source:  Bishop (2006), equations 4.65 to 4.67.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.classification.gaussian import check_covariance

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
    check_centres(mean1, mean2)
    check_covariance(covariance)
    check_sizes(n1, n2)
    a1 = torch.linalg.solve(covariance, mean1)  # Sigma^-1 mu^1
    a2 = torch.linalg.solve(covariance, mean2)
    w = a1 - a2
    b = -0.5 * mean1 @ a1 + 0.5 * mean2 @ a2 + math.log(n1 / n2)
    return w, b


def check_centres(mean1: Tensor, mean2: Tensor) -> None:
    """Refuse centres that are nowhere.

    Raises:
        ValueError: If a number is not finite.
    """
    for name, mean in {"mean1": mean1, "mean2": mean2}.items():
        if not mean.isfinite().all():
            raise ValueError(f"{name} has NaN or infinity: mend the examples")


def check_sizes(n1: float, n2: float) -> None:
    """Refuse classes without examples.

    Raises:
        ValueError: If a count is not positive or not finite.
    """
    for name, count in {"n1": n1, "n2": n2}.items():
        if not 0 < count < math.inf:
            raise ValueError(f"{name} is {count}: give a positive number")
