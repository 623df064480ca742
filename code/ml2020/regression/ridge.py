"""Ridge regression: least squares that pays for large weights, but not for the bias.

Chapter: book/regression.md
Source:  Hoerl and Kennard (1970), equation 2.1, Technometrics 12(1), 55-67;
         Hastie, Tibshirani and Friedman (2009), section 3.4.1, for the free bias.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.regression.linear import least_squares
from ml2020.support.checks import (
    check_at_least,
    check_examples,
    check_features,
    check_same_type,
    check_sums,
)


def shrunk(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, " n"],
    lam: float,
) -> Float[Tensor, " features"]:
    """Return the w that minimises the squared errors of X w plus lam times |w|^2.

    Args:
        X: Features, with no column that should go unpunished.
        y_hat: The right answers.
        lam: The price of a squared weight, in units of x^2; 0 is least squares.

    Raises:
        ValueError: If lam is negative or too large for the type of X, there is no
            example or feature, a number is not finite, the types differ, or as
            `least_squares`.
    """
    check_price(X, lam)
    check_examples(X, y_hat)
    check_same_type(X, y_hat)
    # lam |w|^2 is the squared error of examples that want sqrt(lam) w to be 0.
    wish = lam**0.5 * torch.eye(X.shape[1]).to(X)
    nothing = torch.zeros(X.shape[1]).to(X)
    return least_squares(torch.cat([X, wish]), torch.cat([y_hat, nothing]))


def centred(X: Float[Tensor, "n features"]) -> Float[Tensor, "n features"]:
    """Return X minus the mean of each column; a column that is constant becomes 0.

    Rounding leaves some dust of a constant column, which ridge would take for a
    feature. As in `rank`, what is not above the largest number of the column, before,
    times eps times the longer side of X counts as dust.

    Raises:
        ValueError: If there is no example or feature, or a number is not finite or so
            large that sums overflow.
    """
    check_features("X", X)
    check_sums("X", 2 * X)  # so that no number less the mean overflows
    X_c = X - X.mean(dim=0)
    dust = torch.finfo(X.dtype).eps * max(X.shape) * X.abs().amax(dim=0)
    return X_c * (X_c.abs().amax(dim=0) > dust)


def ridge(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, " n"],
    lam: float,
) -> tuple[Float[Tensor, " features"], Float[Tensor, ""]]:
    """Return the weights w and the bias b of ridge regression; b is not punished.

    Centring cannot bring back digits that the type of X has rounded away: in 32 bits a
    column 1e8 + x with x near 1 holds multiples of 8, and may pass for a constant one,
    whose weight is 0. Subtract 1e8 before.

    Args:
        X: Features without a column of ones.
        y_hat: The right answers.
        lam: The price of a squared weight, in units of x^2: one price for all columns
            is fair only if they are measured in comparable units.

    Raises:
        ValueError: If lam is negative or too large for the type of X, there is no
            example or feature, a number is not finite or so large that sums overflow,
            the types differ, or as `least_squares`.
    """
    check_examples(X, y_hat)
    check_sums("y_hat", 2 * y_hat)
    x_bar, y_bar = X.mean(dim=0), y_hat.mean()
    w = shrunk(centred(X), y_hat - y_bar, lam)
    return w, y_bar - w @ x_bar


def check_price(X: Tensor, lam: float) -> None:
    """Refuse a price that no example can stand for.

    Raises:
        ValueError: If lam is negative, NaN, or more than the type of X can hold.
    """
    if lam > torch.finfo(X.dtype).max:
        raise ValueError(f"lam is {lam}, more than {X.dtype} can hold: give less")
    check_at_least("lam", lam, 0)
