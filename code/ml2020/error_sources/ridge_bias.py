"""Bias and variance of ridge regression: what the price of a weight costs, and buys.

Chapter: book/error_sources_selection.md
Source:  Hoerl and Kennard (1970), section 4, Technometrics 12(1), 55-67
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.error_sources.leave_one_out import factors
from ml2020.support.checks import check_finite, check_square

LOST = 1e-3  # of a result: more than rounding may change


def ridge_bias(
    X: Float[Tensor, "n features"],
    theta: Float[Tensor, " features"],
    lam: float,
) -> Float[Tensor, " features"]:
    """Return E[w*] - theta of ridge regression with a fixed X, in 64 bits.

    Args:
        X: One row an example; every column is punished.
        theta: The true weights.
        lam: The price of a squared weight, 0 or more.

    Raises:
        ValueError: If X is empty, a number is not finite, or theta so large that a sum
            overflows, lam is negative, infinite, or too small for columns of X that
            (nearly) depend on each other.
    """
    check_finite("theta", theta)
    check_finite("sum of theta", len(theta) * theta.double(), "change the units")
    K = root_of_inverse(X, lam)  # K K^T = lam A^-1
    return -K @ (K.T @ theta.double())


def ridge_variance(
    X: Float[Tensor, "n features"],
    sigma: float,
    lam: float,
) -> Float[Tensor, "features features"]:
    """Return the covariance of w* of ridge regression with a fixed X, in 64 bits.

    Args:
        X: One row an example; every column is punished.
        sigma: The standard deviation of the noise in the targets, 0 or more.
        lam: The price of a squared weight, 0 or more.

    Raises:
        ValueError: If X is empty, a number is not finite, sigma or lam is negative or
            infinite, the square of sigma or a variance overflows, or lam is too small
            for columns of X that (nearly) depend on each other.
    """
    check_square("sigma", sigma, torch.float64)
    M = noise_to_weights(X, sigma, lam)  # sigma A^-1 X^T
    return M @ M.T


def root_of_inverse(
    X: Float[Tensor, "n features"], lam: float
) -> Float[Tensor, "features features"]:
    """Return K with K K^T = lam A^-1, where A = X^T X + lam I.

    Raises:
        ValueError: As `ridge_bias`.
    """
    _, R = factors(X.double(), lam)
    U, size = inverse(R)
    check_digits(lam, U.norm(), torch.ones(()).to(U))
    return lam**0.5 / size * U


def noise_to_weights(
    X: Float[Tensor, "n features"], sigma: float, lam: float
) -> Float[Tensor, "features n"]:
    """Return sigma A^-1 X^T, where A = X^T X + lam I.

    Raises:
        ValueError: As `ridge_variance`.
    """
    Q, R = factors(X.double(), lam)
    U, size = inverse(R)
    M = U @ Q.T  # R^-1 R^-T R^T Q^T, in units in which no column is larger than 1
    check_digits(lam, (U**2).sum() * (X.double() / size[:, 0]).norm(), M.norm())
    M = sigma * M / size
    check_finite("variance", (M**2).sum(dim=1), "change the units")
    return M


def inverse(
    R: Float[Tensor, "features features"],
) -> tuple[Float[Tensor, "features features"], Float[Tensor, "features 1"]]:
    """Return U and a column of sizes with U / sizes = R^-1, whatever the units."""
    size = R.abs().amax(dim=0)
    one = torch.eye(len(R)).to(R)
    return torch.linalg.solve_triangular(R / size, one, upper=True), size[:, None]


def check_digits(lam: float, error: Tensor, size: Tensor) -> None:
    """Refuse what rounding may have spoilt: eps times `error`, in a result of `size`.

    R is known up to eps. Its inverse then changes by eps |U|, in shares of itself. What
    the columns have to say changes by eps |X|, and the weights by that times |U|^2.

    Raises:
        ValueError: If that may be more than a thousandth.
    """
    if torch.finfo(error.dtype).eps * error > LOST * size:
        raise ValueError(
            f"lam is {lam}, too small for columns that depend on each other: raise it"
        )
