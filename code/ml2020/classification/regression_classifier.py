"""Regression misused as a classifier: least squares on the targets +1 and -1.

Chapter: book/classification_generative.md
Source:  Bishop (2006), sections 4.1.3 and 4.1.5 (its direction is Fisher's);
         Hastie, Tibshirani and Friedman (2009), section 4.2.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.classification.classes import class_counts
from ml2020.regression.linear import least_squares


def regression_boundary(
    X: Float[Tensor, "n features"],
    y: Int[Tensor, " n"],
) -> tuple[Float[Tensor, " features"], Float[Tensor, ""]]:
    """Return w and b of the regression whose sign is taken for the class.

    With a redundant feature many pairs give the same answers; this is the shortest.
    A nearly redundant one is not refused: large weights then nearly cancel.

    Args:
        X: One row an example.
        y: The labels: 1 gets the target +1, and 0 the target -1.

    Raises:
        ValueError: If there is no example or feature, a number is not finite, a label
            is neither 0 nor 1, or a class has no example.
    """
    class_counts(X, y)  # refuses a class without examples
    t = 2 * y.to(X) - 1
    theta = least_squares(with_ones(X), t)
    return theta[1:], theta[0]


def with_ones(X: Tensor) -> Tensor:
    """Return X with a column of ones in front: theta is then (b, w1, w2, ...)."""
    return torch.cat([torch.ones(len(X), 1).to(X), X], dim=1)
