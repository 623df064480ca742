"""Leave-one-out: cross-validation of least squares and ridge, at the price of one fit.

Chapter: book/error_sources_selection.md
Source:  Stone (1974), https://doi.org/10.1111/j.2517-6161.1974.tb00994.x;
         Hastie, Tibshirani and Friedman (2009), equation 7.64.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.regression.linear import rank
from ml2020.support.checks import (
    check_at_least,
    check_features,
    check_finite,
    check_same_type,
)


def leverages(
    X: Float[Tensor, "n features"],
    lam: float = 0.0,
) -> Float[Tensor, " n"]:
    """Return h_nn: how far the answer to example n moves when its target moves by 1.

    Args:
        X: One row an example; its columns are independent, unless lam parts them.
        lam: The price of a squared weight, 0 or more, but not of a constant column: it
            makes room for the bias.

    Raises:
        ValueError: If X is empty, a number is not finite, lam is negative or too large,
            or the columns depend on each other.
    """
    check_independent(X, lam)
    return (orthonormal(X, lam) ** 2).sum(dim=1)


def leave_one_out(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, "*universes n"],
    lam: float = 0.0,
) -> Float[Tensor, "*universes n"]:
    """Return the error on each example of a function fitted to all the others.

    Args:
        X: One row an example, two or more; its columns are independent, unless lam
            parts them.
        y_hat: The right answers, or a row of them for each universe.
        lam: The price of a squared weight, 0 or more, but not of a constant column: it
            makes room for the bias. So `ridge` without that column is meant, `shrunk`
            where there is none, and with 0 `least_squares`.

    Raises:
        ValueError: If X is empty, a number is not finite, the types differ, lam is
            negative or too large, the columns depend on each other, or an example has
            leverage 1: the others say nothing about it.
    """
    check_others(X, y_hat, lam)
    Q = orthonormal(X, lam)
    r = y_hat - y_hat @ Q @ Q.T
    return r / (1 - leverages(X, lam))


def orthonormal(X: Float[Tensor, "n features"], lam: float) -> Float[Tensor, "n _"]:
    """Return Q with Q Q^T = H, the matrix from targets to answers."""
    return torch.linalg.qr(with_wishes(X, lam)).Q[: len(X)]


def with_wishes(X: Float[Tensor, "n features"], lam: float) -> Float[Tensor, "m _"]:
    """Return X and below it a row for each weight that has a price."""
    free = (X == X[0]).all(dim=0) & (X[0] != 0)
    return torch.cat([X, lam**0.5 * torch.eye(X.shape[1]).to(X)[~free]])


def check_independent(X: Tensor, lam: float) -> None:
    """Refuse columns of which one follows from the others.

    Raises:
        ValueError: If X is empty, a number is not finite, lam is negative or too large,
            or the columns depend on each other.
    """
    check_features("X", X)
    check_at_least("lam", lam, 0)
    check_finite("sqrt(lam)", torch.tensor(lam**0.5, dtype=X.dtype), "give less")
    if rank(with_wishes(X, lam)) < X.shape[1]:
        raise ValueError(
            "X has columns that depend on each other: drop a feature or raise lam"
        )


def check_others(X: Tensor, y_hat: Tensor, lam: float) -> None:
    """Refuse examples of which the others say nothing.

    Where 1 - h is below the root of eps, less than half of its digits are left.

    Raises:
        ValueError: If X is empty, a number is not finite, the types differ, lam is
            negative or too large, the columns depend on each other, or an example has
            leverage 1.
    """
    check_finite("y_hat", y_hat)
    check_same_type(X, y_hat)
    alone = 1 - leverages(X, lam) < torch.finfo(X.dtype).eps ** 0.5
    if alone.any():
        row = int(alone.nonzero()[0])
        raise ValueError(f"X has leverage 1 in row {row}: drop a feature or raise lam")
