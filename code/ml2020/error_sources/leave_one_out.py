"""Leave-one-out: cross-validation of least squares for the price of one fit.

Chapter: book/error_sources.md
Source:  Stone (1974), section 4, https://doi.org/10.1111/j.2517-6161.1974.tb00994.x;
         Hastie, Tibshirani and Friedman (2009), equation 7.64.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_examples, check_features

ALONE = 1e-9  # an example whose leverage is nearer to 1 than this is fitted by itself


def leverages(X: Float[Tensor, "n features"]) -> Float[Tensor, " n"]:
    """Return h_nn: how far the answer to example n moves when its target moves by 1.

    Args:
        X: One row an example.

    Raises:
        ValueError: If X is empty, or a number is not finite.
    """
    check_features("X", X)
    H = X @ torch.linalg.pinv(X)
    return H.diagonal()


def leave_one_out(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, " n"],
) -> Float[Tensor, " n"]:
    """Return the error on each example of least squares fitted to all the others.

    Args:
        X: One row an example, two or more.
        y_hat: The right answers.

    Raises:
        ValueError: If there are fewer than two examples, a number is not finite, or an
            example has leverage 1, so that the others say nothing about it.
    """
    check_others(X, y_hat)
    h = leverages(X)
    r = y_hat - X @ torch.linalg.pinv(X) @ y_hat
    return r / (1 - h)


def check_others(X: Tensor, y_hat: Tensor) -> None:
    """Refuse examples of which the others say nothing.

    Raises:
        ValueError: If there are fewer than two examples, a number is not finite, or an
            example has leverage 1.
    """
    check_examples(X, y_hat)
    if len(y_hat) < 2:
        raise ValueError("y_hat has 1 example: give 2 or more")
    if (leverages(X) > 1 - ALONE).any():
        raise ValueError("X has an example of leverage 1: drop a feature")
