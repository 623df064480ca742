"""Regression misused as a classifier: least squares on the targets +1 and -1.

Chapter: book/classification.md
Source:  Bishop (2006), sections 4.1.3 and 4.1.5 (its direction is Fisher's);
         Hastie, Tibshirani and Friedman (2009), section 4.2.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.classification.classes import class_counts
from ml2020.regression.linear import least_squares
from ml2020.support.checks import check_features


def regression_boundary(
    X: Float[Tensor, "n features"],
    y: Int[Tensor, " n"],
) -> tuple[Float[Tensor, " features"], Float[Tensor, ""]]:
    """Return w and b of the regression whose sign is taken for the class.

    Args:
        X: One row an example.
        y: The labels: 1 gets the target +1, and 0 the target -1.

    Raises:
        ValueError: If there is no example or feature, a number is not finite, a label
            is neither 0 nor 1, or a class has no example.
    """
    class_counts(X, y)
    y_hat = 2 * y.to(X) - 1
    theta = least_squares(with_ones(X), y_hat)
    return theta[1:], theta[0]


def numbered_regression(
    X: Float[Tensor, "n features"],
    number: Int[Tensor, " n"],
    asked: Float[Tensor, "m features"],
) -> Int[Tensor, " m"]:
    """Return the whole number nearest to a regression on the classes' numbers.

    Args:
        X: One row an example.
        number: The class of each, as a number 1 to K: that order is the mistake.
        asked: Where to answer; the answers lie between the lowest and highest number.

    Raises:
        ValueError: If there is no example or feature, or a number is not finite.
    """
    check_features("X", X)
    check_features("asked", asked)
    theta = least_squares(with_ones(X), number.to(X))
    answers = (with_ones(asked) @ theta).round().to(number)
    return answers.clamp(number.min(), number.max())


def with_ones(X: Tensor) -> Tensor:
    """Return X with a column of ones in front: theta is then (b, w1, w2, ...)."""
    return torch.cat([torch.ones(len(X), 1).to(X), X], dim=1)
