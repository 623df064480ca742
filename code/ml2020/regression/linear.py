"""Linear regression: the line whose squared errors add up to the least.

Chapter: book/regression.md
Source:  Hastie, Tibshirani and Friedman (2009), sections 2.3.1 and 3.2,
         https://hastie.su.domains/ElemStatLearn/
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_examples, check_filled, check_finite

Scalar = Float[Tensor, ""]


def loss(
    w: Scalar,
    b: Scalar,
    x: Float[Tensor, " n"],
    y_hat: Float[Tensor, " n"],
) -> Scalar:
    """Return L(w, b), the sum of the squared errors of the line y = b + w x.

    Args:
        w: The slope, in units of y a unit of x.
        b: The bias, in units of y.
        x: One feature of each example.
        y_hat: The right answers. In this course the hat marks the truth.
    """
    error = y_hat - (b + w * x)
    return (error**2).sum()


def gradient(
    w: Scalar,
    b: Scalar,
    x: Float[Tensor, " n"],
    y_hat: Float[Tensor, " n"],
) -> tuple[Scalar, Scalar]:
    """Return the partial derivatives of the loss by w and by b."""
    error = y_hat - (b + w * x)
    return (2 * error * -x).sum(), (2 * error * -1).sum()


def least_squares(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, " n"],
) -> Float[Tensor, " features"]:
    """Return the theta that minimises the squared errors of X theta.

    Where several do (columns that depend on each other), it is the shortest of them.

    Args:
        X: One row for each example; a column of ones makes room for the bias.
        y_hat: The right answers.

    Raises:
        ValueError: If there is no example, or a number is not finite.
    """
    check_examples(X, y_hat)
    return torch.linalg.pinv(X) @ y_hat


def average_error(
    y: Float[Tensor, " n"],
    y_hat: Float[Tensor, " n"],
) -> Scalar:
    """Return the mean distance between answer and truth, in units of y.

    Raises:
        ValueError: If there is no example, or a number is not finite.
    """
    check_filled("y_hat", y_hat)
    check_finite("y", y)
    check_finite("y_hat", y_hat)
    return (y - y_hat).abs().mean()
