"""Ridge regression: least squares that pays for large weights, but not for the bias.

Chapter: book/regression.md
Source:  Hoerl and Kennard (1970), equation 2.1, Technometrics 12(1), 55-67;
         Hastie, Tibshirani and Friedman (2009), section 3.4.1, for the free bias.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.regression.linear import least_squares
from ml2020.support.checks import check_at_least, check_examples, check_same_type


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
    check_same_type(X, y_hat)
    # lam |w|^2 is the squared error of examples that want sqrt(lam) w to be 0.
    wish = lam**0.5 * torch.eye(X.shape[1]).to(X)
    nothing = torch.zeros(X.shape[1]).to(X)
    return least_squares(torch.cat([X, wish]), torch.cat([y_hat, nothing]))


def ridge(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, " n"],
    lam: float,
) -> tuple[Float[Tensor, " features"], Float[Tensor, ""]]:
    """Return the weights w and the bias b of ridge regression; b is not punished.

    Centring cannot bring back digits that the type of X has rounded away: in 32 bits a
    column 1e8 + x with x near 1 holds multiples of 8. Subtract 1e8 before.

    Args:
        X: Features without a column of ones.
        y_hat: The right answers.
        lam: The price of a squared weight, in units of x^2: one price for all columns
            is fair only if they are measured in comparable units.

    Raises:
        ValueError: If lam is negative or too large for the type of X, there is no
            example or feature, a number is not finite, the types differ, or as
            `least_squares`.
    """
    check_examples(X, y_hat)
    x_bar, y_bar = X.mean(dim=0), y_hat.mean()
    w = shrunk(X - x_bar, y_hat - y_bar, lam)
    return w, y_bar - w @ x_bar


def check_price(X: Tensor, lam: float) -> None:
    """Refuse a price that no example can stand for.

    Raises:
        ValueError: If lam is negative, NaN, or more than the type of X can hold.
    """
    check_at_least("lam", lam, 0)
    if lam > torch.finfo(X.dtype).max:
        raise ValueError(f"lam is {lam}: give less, or X in 64 bits")
