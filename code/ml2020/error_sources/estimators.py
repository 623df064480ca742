"""Estimators: the mean and the variance of a sample, and how far they scatter.

Chapter: book/error_sources_bias_variance.md
Source:  Hastie, Tibshirani and Friedman (2009), section 7.3, for the idea;
         the variance of s^2 is derived in the chapter.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_finite, check_square

ROUNDING = 1e-9  # of a fourth moment that was computed


def sample_mean(x: Float[Tensor, "*universes n"]) -> Float[Tensor, "*universes"]:
    """Return m, the mean of each sample.

    Args:
        x: One sample in each row, or a single one.

    Raises:
        ValueError: If a sample is empty, a number is not finite, or a sum overflows.
    """
    check_sample(x, 1)
    total = x.sum(dim=-1)
    check_finite("sum of x", total, "change the units")
    return total / x.shape[-1]


def sample_variance(
    x: Float[Tensor, "*universes n"],
    correction: int = 0,
) -> Float[Tensor, "*universes"]:
    """Return the squared distances of each sample from its own mean, averaged.

    Args:
        x: One sample in each row, or a single one.
        correction: Divide by n - correction: 0 gives the biased s^2, 1 the unbiased,
            -1 for Gaussian numbers the one with the smallest squared error.

    Raises:
        ValueError: If a sample is empty or has no number more than the correction, one
            of them is not finite, or their squares may overflow.
    """
    check_sample(x, max(1, 1 + correction))
    check_spread(x)
    m = x.mean(dim=-1, keepdim=True)
    return ((x - m) ** 2).sum(dim=-1) / (x.shape[-1] - correction)


def variance_of_variance(sigma2: float, mu4: float, n: int) -> float:
    """Return the variance of the unbiased variance of n independent numbers.

    Args:
        sigma2: The variance of one number, 0 or more.
        mu4: Its fourth central moment, at least sigma2^2; 3 sigma2^2 if it is Gaussian.
        n: The size of a sample, 2 or more.

    Raises:
        ValueError: If sigma2 is negative or its square overflows, mu4 is too small, one
            of them is infinite or NaN, or n is below 2.
    """
    check_square("sigma2", sigma2, torch.float64)
    check_at_least("n", n, 2)
    check_at_least("mu4", mu4, sigma2**2 * (1 - ROUNDING))  # a coin has just sigma2^2
    return (mu4 - (n - 3) / (n - 1) * sigma2**2) / n


def check_sample(x: Tensor, least: int) -> None:
    """Refuse samples that have no mean or no variance.

    Raises:
        ValueError: If there are fewer than `least` numbers, or one is not finite.
    """
    if x.shape[-1] < least:
        raise ValueError(f"x has {x.shape[-1]} numbers a sample: give {least} or more")
    check_finite("x", x, "drop or mend those numbers")


def check_spread(x: Tensor) -> None:
    """Refuse samples whose mean, or squared distances from it, may overflow.

    Raises:
        ValueError: If the squared distances from the first number add up to infinity.
    """
    squares = (x - x[..., :1]) ** 2  # from the mean they add up to no more
    check_finite("sum of x", x.sum(dim=-1), "change the units")
    check_finite("sum of squares", squares.sum(dim=-1), "change the units")
