"""Contrast: which of so many is the one that follows? InfoNCE, and what it can know.

Chapter: book/autoencoder_more.md
Source:  van den Oord, Li and Vinyals (2018), equation 4,
         https://arxiv.org/abs/1807.03748
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_finite


def info_nce(scores: Float[Tensor, "n n"]) -> Float[Tensor, ""]:
    """Return how badly the true partner is found among n, in nats.

    Args:
        scores: Of each row's question with each answer; that of row i is answer i.

    Raises:
        ValueError: If there is no question, or a score is not finite.
    """
    check_scores(scores)
    return -scores.log_softmax(dim=1).diag().mean()


def normal_pairs(
    n: int, rho: float, *, generator: torch.Generator | None = None
) -> tuple[Float[Tensor, " n"], Float[Tensor, " n"]]:
    """Return pairs of standard normal numbers whose correlation is rho.

    Args:
        n: How many, 1 or more.
        rho: Between -1 and 1.
        generator: Draws them.

    Raises:
        ValueError: If a number is outside its range.
    """
    check_at_least("n", n, 1)
    check_correlation(rho)
    c, noise = torch.randn(2, n, generator=generator, dtype=torch.float64)
    return c, rho * c + math.sqrt(1 - rho**2) * noise


def log_ratio(
    c: Float[Tensor, " n"], z: Float[Tensor, " m"], rho: float
) -> Float[Tensor, "n m"]:
    """Return log P(z | c) / P(z) for such pairs: the best of all scores.

    Raises:
        ValueError: If rho is not between -1 and 1.
    """
    check_correlation(rho)
    left = 1 - rho**2
    apart = (z - rho * c[:, None]).square() / left - z.square()
    return -(apart + math.log(left)) / 2


def information(rho: float) -> float:
    """Return how much each of such a pair tells of the other, in nats.

    Raises:
        ValueError: If rho is not between -1 and 1.
    """
    check_correlation(rho)
    return -math.log(1 - rho**2) / 2


def check_scores(scores: Tensor) -> None:
    """Refuse no scores, and those that are no numbers."""
    check_at_least("scores", len(scores), 1)
    check_finite("scores", scores, "train anew with a lower rate")


def check_correlation(rho: float) -> None:
    """Refuse a correlation at which one number is known from the other, or none."""
    if not -1 < rho < 1:
        raise ValueError(f"rho is {rho}: choose it between -1 and 1")
