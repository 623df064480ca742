"""Linear boundary: w and b in closed form, when the two classes share a covariance.

Chapter: book/classification_shared.md
Source:  Bishop (2006), equations 4.65 to 4.67.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.classification.gaussian import factor
from ml2020.support.checks import check_finite, check_positive

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
    check_positive("n1", n1)
    check_positive("n2", n2)
    L = factor(covariance)
    # Solve Sigma w = mu^1 - mu^2 with the two triangles.
    w = torch.cholesky_solve((mean1 - mean2)[:, None], L)[:, 0]
    # The two squares of the formula differ by (mu^1 + mu^2) w.
    b = -0.5 * (mean1 + mean2) @ w + math.log(n1) - math.log(n2)
    return w, b
