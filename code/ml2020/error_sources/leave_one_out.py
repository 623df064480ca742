"""Leave-one-out: cross-validation of least squares for the price of one fit.

Chapter: book/error_sources_selection.md
Source:  Stone (1974), https://doi.org/10.1111/j.2517-6161.1974.tb00994.x;
         Hastie, Tibshirani and Friedman (2009), equation 7.64.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.regression.linear import rank
from ml2020.support.checks import check_finite


def leverages(X: Float[Tensor, "n features"]) -> Float[Tensor, " n"]:
    """Return h_nn: how far the answer to example n moves when its target moves by 1.

    Args:
        X: One row an example; its columns are independent.

    Raises:
        ValueError: If X is empty, a number is not finite, or the columns depend on
            each other.
    """
    check_independent(X)
    Q = torch.linalg.qr(X).Q  # the same columns made orthonormal: H = Q Q^T
    return (Q**2).sum(dim=1)


def leave_one_out(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, "*universes n"],
) -> Float[Tensor, "*universes n"]:
    """Return the error on each example of least squares fitted to all the others.

    Args:
        X: One row an example, two or more; its columns are independent.
        y_hat: The right answers, or a row of them for each universe.

    Raises:
        ValueError: If X is empty, a number is not finite, the columns depend on each
            other, or an example has leverage 1: the others say nothing about it.
    """
    check_others(X, y_hat)
    Q = torch.linalg.qr(X).Q
    r = y_hat - y_hat @ Q @ Q.T
    return r / (1 - leverages(X))


def check_independent(X: Tensor) -> None:
    """Refuse columns of which one follows from the others.

    Raises:
        ValueError: If X is empty, a number is not finite, or its columns depend on
            each other.
    """
    if rank(X) < X.shape[1]:
        raise ValueError("X has columns that depend on each other: drop a feature")


def check_others(X: Tensor, y_hat: Tensor) -> None:
    """Refuse examples of which the others say nothing.

    Where 1 - h is below the root of eps, less than half of its digits are left.

    Raises:
        ValueError: If X is empty, a number is not finite, the columns depend on each
            other, or an example has leverage 1.
    """
    check_finite("y_hat", y_hat)
    if (1 - leverages(X) < torch.finfo(X.dtype).eps ** 0.5).any():
        raise ValueError("X has an example of leverage 1: drop a feature")
