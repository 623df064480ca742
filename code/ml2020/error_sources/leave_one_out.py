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


def leave_one_out(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, "*universes n"],
    lam: float = 0.0,
    free: int = 0,
) -> Float[Tensor, "*universes n"]:
    """Return the error on each example of a function fitted to all the others.

    Args:
        X: One row an example, two or more; its columns are independent, unless lam
            parts them.
        y_hat: The right answers, or a row of them for each universe.
        lam: The price of a squared weight, 0 or more: 0 is `least_squares`.
        free: How many columns, from the first on, have no price: with 0 the fit is
            `shrunk`; with 1 and a first column of ones it is `ridge`, which has none.

    Raises:
        ValueError: If there are fewer than two examples or no feature, a number is not
            finite, the types differ, lam is negative or too large, free is no number of
            columns, the columns depend on each other, an example has leverage 1 (the
            others say nothing about it), or an error might overflow.
    """
    check_finite("y_hat", y_hat)
    check_same_type(X, y_hat)
    check_at_least("len(X)", len(X), 2)
    check_room(y_hat)
    Q, _ = factors(X, lam, free)
    r = y_hat - y_hat @ Q @ Q.T
    return r / (1 - leverages(Q))


def leverages(Q: Float[Tensor, "n features"]) -> Float[Tensor, " n"]:
    """Return h_nn: how far the answer to example n moves when its target moves by 1.

    Raises:
        ValueError: If an example has leverage 1: the others say nothing about it.
    """
    check_others(Q)
    return (Q**2).sum(dim=1)


def factors(
    X: Float[Tensor, "n features"], lam: float = 0.0, free: int = 0
) -> tuple[Float[Tensor, "n features"], Float[Tensor, "features features"]]:
    """Return Q and R with X = Q R and R^T R = A, which is X^T X and the prices.

    A itself, with the square of the condition number, is never formed. Q Q^T is H, the
    matrix from targets to answers.

    Raises:
        ValueError: If X is empty, a number is not finite, lam is negative or too large,
            free is no number of columns, or the columns depend on each other.
    """
    check_independent(X, lam, free)
    Q, R = torch.linalg.qr(with_wishes(X, lam, free))
    return Q[-len(X) :], R


def with_wishes(
    X: Float[Tensor, "n features"], lam: float, free: int = 0
) -> Float[Tensor, "m features"]:
    """Return a row for each weight that has a price, and below them X.

    A row of sqrt(lam) wants that weight to be 0. Large rows on top lose no digits of
    small ones below.
    """
    return torch.cat([lam**0.5 * torch.eye(X.shape[1]).to(X)[free:], X])


def check_independent(X: Tensor, lam: float, free: int) -> None:
    """Refuse columns of which one follows from the others.

    Raises:
        ValueError: If X is empty, a number is not finite, lam is negative or too large,
            free is no number of columns, or the columns depend on each other.
    """
    check_features("X", X)
    check_at_least("lam", lam, 0)
    check_finite("sqrt(lam)", torch.tensor(lam**0.5, dtype=X.dtype), "give less")
    if free not in range(X.shape[1] + 1):
        raise ValueError(f"free is {free}: choose it from 0 to {X.shape[1]}")
    if free and rank(X[:, :free]) < free:
        raise ValueError("X has free columns that depend on each other: drop one")
    if rank(with_wishes(X, lam, free)) < X.shape[1]:
        raise ValueError(
            "X has columns that depend on each other: drop a feature or raise lam"
        )


def check_room(y_hat: Tensor) -> None:
    """Refuse answers so large that an error, up to |y_hat| / (1 - h), may overflow.

    Raises:
        ValueError: If one is.
    """
    most = y_hat.shape[-1] * y_hat / torch.finfo(y_hat.dtype).eps ** 0.5
    if most.isinf().any():
        raise ValueError(
            "y_hat has numbers so large that errors overflow: change the units"
        )


def check_others(Q: Tensor) -> None:
    """Refuse examples of which the others say nothing.

    Where 1 - h is below the root of eps, less than half of its digits are left.

    Raises:
        ValueError: If an example has leverage 1.
    """
    alone = 1 - (Q**2).sum(dim=1) < torch.finfo(Q.dtype).eps ** 0.5
    if alone.any():
        row = int(alone.nonzero()[0])
        raise ValueError(
            f"X has leverage 1 in row {row}: drop that row, a feature, or raise lam"
        )
