"""Estimators: the mean and the variance of a sample, and how far to trust them.

Chapter: book/error_sources.md
Source:  Hastie, Tibshirani and Friedman (2009), section 7.3, for the idea;
         the variance of s^2 is derived in the chapter.
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_finite


def sample_mean(x: Float[Tensor, "*universes n"]) -> Float[Tensor, "*universes"]:
    """Return m, the mean of each sample.

    Args:
        x: One sample in each row, or a single one.

    Raises:
        ValueError: If a sample is empty, or a number is not finite.
    """
    check_sample(x, 1)
    return x.sum(dim=-1) / x.shape[-1]


def sample_variance(
    x: Float[Tensor, "*universes n"],
    correction: int = 0,
) -> Float[Tensor, "*universes"]:
    """Return s^2, the mean squared distance of each sample from its own mean.

    Args:
        x: One sample in each row, or a single one.
        correction: Divide by n - correction: 0 is biased, 1 is not.

    Raises:
        ValueError: If a sample has too few numbers for the correction, or one of them
            is not finite, or the correction is neither 0 nor 1.
    """
    if correction not in (0, 1):
        raise ValueError(f"correction is {correction}: choose 0 or 1")
    check_sample(x, 1 + correction)
    m = x.mean(dim=-1, keepdim=True)
    return ((x - m) ** 2).sum(dim=-1) / (x.shape[-1] - correction)


def variance_of_mean(sigma2: float, n: int) -> float:
    """Return Var[m] for samples of n independent numbers.

    Args:
        sigma2: The variance of one number, 0 or more.
        n: The size of a sample, 1 or more.

    Raises:
        ValueError: If sigma2 is negative or NaN, or n is below 1.
    """
    check_at_least("sigma2", sigma2, 0)
    check_at_least("n", n, 1)
    return sigma2 / n


def variance_of_variance(sigma2: float, mu4: float, n: int) -> float:
    """Return Var[s^2] of the unbiased s^2, for samples of n independent numbers.

    Args:
        sigma2: The variance of one number, 0 or more.
        mu4: Its fourth central moment, at least sigma2^2; 3 sigma2^2 if it is Gaussian.
        n: The size of a sample, 2 or more.

    Raises:
        ValueError: If sigma2 is negative or NaN, mu4 is too small, or n is below 2.
    """
    check_at_least("sigma2", sigma2, 0)
    check_at_least("n", n, 2)
    if not mu4 >= sigma2**2 * (1 - 1e-9):  # a coin has exactly sigma2^2
        raise ValueError(f"mu4 is {mu4}: give sigma2^2 = {sigma2**2} or more")
    return (mu4 - (n - 3) / (n - 1) * sigma2**2) / n


def check_sample(x: Tensor, least: int) -> None:
    """Refuse samples that have no mean or no variance.

    Raises:
        ValueError: If there are fewer than `least` numbers, or one is not finite.
    """
    if x.shape[-1] < least:
        raise ValueError(f"x has {x.shape[-1]} numbers a sample: give {least} or more")
    check_finite("x", x, "drop or mend those numbers")
