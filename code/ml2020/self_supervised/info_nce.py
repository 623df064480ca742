"""InfoNCE: choose the partner among N candidates, and learn how much the pair shares.

Chapter: book/self_supervised.md
Source:  van den Oord, Li and Vinyals (2018), equation 4 and appendix A.1,
         https://arxiv.org/abs/1807.03748
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_finite,
    check_several,
)


class Pairs(NamedTuple):
    """Pairs of numbers of a standard normal distribution, correlated."""

    x: Float[Tensor, " n"]
    y: Float[Tensor, " n"]


def info_nce(scores: Float[Tensor, "N N"]) -> Float[Tensor, ""]:
    """Return the mean cross entropy of choosing the partner, on the diagonal.

    Args:
        scores: Of each x (row) with each y (column), N of both, 2 or more.

    Raises:
        ValueError: If there is one pair or none, or a score is NaN or infinite.
    """
    check_several("scores", scores, "pair")
    right = scores.diagonal()
    return (scores.logsumexp(dim=1) - right).mean()


def information_bound(scores: Float[Tensor, "N N"]) -> Float[Tensor, ""]:
    """Return ln N - InfoNCE, in the mean at most what the pair shares, in nats.

    Raises:
        ValueError: If there is one pair or none, or a score is NaN or infinite.
    """
    check_several("scores", scores, "pair")
    return math.log(len(scores)) - info_nce(scores)


def gaussian_information(rho: float) -> float:
    """Return what two Gaussian numbers share, -ln(1 - rho^2)/2 nats.

    Raises:
        ValueError: If rho is not strictly between -1 and 1.
    """
    check_correlation(rho)
    return -0.5 * math.log(1 - rho**2)


def correlated(
    n: int, rho: float, *, generator: torch.Generator | None = None
) -> Pairs:
    """Return pairs with the correlation rho.

    Args:
        n: How many, 1 or more.
        rho: Strictly between -1 and 1.
        generator: Seed it to draw them again.

    Raises:
        ValueError: If a number is out of range.
    """
    check_at_least("n", n, 1)
    check_correlation(rho)
    x, e = torch.randn(2, n, generator=generator, dtype=torch.float64)
    return Pairs(x, rho * x + math.sqrt(1 - rho**2) * e)


def log_ratio(
    x: Float[Tensor, " n"], y: Float[Tensor, " m"], rho: float
) -> Float[Tensor, "n m"]:
    """Return ln p(y|x)/p(y) of each x with each y: the best scores there are.

    Raises:
        ValueError: If there is no number, one is NaN or infinite, or rho is not
            strictly between -1 and 1.
    """
    check_correlation(rho)
    check_finite("x", x)
    check_finite("y", y)
    own = (y - rho * x[:, None]) ** 2 / (1 - rho**2)
    return (y**2 - own - math.log(1 - rho**2)) / 2


def check_correlation(rho: float) -> None:
    """Refuse what is no correlation, and one that leaves nothing to chance.

    Raises:
        ValueError: If it is not strictly between -1 and 1.
    """
    if not -1 < rho < 1:
        raise ValueError(f"rho is {rho}: give a number between -1 and 1")
