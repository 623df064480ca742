"""Randomised smoothing: what a network says to most noisy copies, with a radius.

Chapter: book/attack_defend.md
Source:  Cohen, Rosenfeld and Kolter (2019), theorem 1 and section 3.2.2,
         https://arxiv.org/abs/1902.02918; Clopper and Pearson (1934)
"""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.attack.losses import Model
from ml2020.support.checks import (
    check_at_least,
    check_finite,
    check_positive,
    check_share,
)


@torch.no_grad()
def noisy_votes(
    model: Model,
    x: Float[Tensor, " n *shape"],
    sigma: float,
    copies: int,
    *,
    generator: torch.Generator | None = None,
) -> Int[Tensor, "n classes"]:
    """Return how many of a picture's noisy copies are given each name.

    The noise is Gaussian and not cut to the box: the theorem needs it whole.

    Raises:
        ValueError: If sigma is not positive, copies below 1, or the model says NaN.
    """
    check_positive("sigma", sigma)
    check_at_least("copies", copies, 1)
    votes = torch.zeros_like(model(x), dtype=torch.int64)
    for _ in range(copies):
        noise = torch.randn(x.shape, generator=generator, dtype=x.dtype)
        scores = model(x + sigma * noise)
        check_finite("what the model says", scores, "a vote of NaN proves nothing")
        said = scores.argmax(dim=1, keepdim=True)
        votes.scatter_add_(1, said, torch.ones_like(said))
    return votes


def least_share(hits: int, trials: int, alpha: float) -> float:
    """Return a share that the true one is below in at most alpha of all experiments.

    It is the share with which so many hits, or more, have the probability alpha.

    Raises:
        ValueError: If hits are not from 0 to trials, or alpha is not in (0, 1).
    """
    check_hits(hits, trials, alpha)
    low, high = 0.0, hits / trials
    for _ in range(60):
        p = (low + high) / 2
        if at_least(hits, trials, p) > alpha:
            high = p
        else:
            low = p
    return low


def at_least(hits: int, trials: int, p: float) -> float:
    """Return the probability of so many hits or more, each with the probability p."""
    if not hits:
        return 1.0
    if not 0 < p < 1:
        return float(p >= 1)
    k = torch.arange(hits, trials + 1, dtype=torch.float64)
    ways = math.lgamma(trials + 1) - (k + 1).lgamma() - (trials - k + 1).lgamma()
    logs = ways + k * math.log(p) + (trials - k) * math.log1p(-p)
    return logs.logsumexp(dim=0).exp().item()


def radius(share: float, sigma: float) -> float:
    """Return how far, in L2, a picture may be moved without another majority.

    A share of 1 would be a proof of everything; no number of votes gives it.

    Args:
        share: Of the noisy copies that surely get the name, from 0, and below 1.
        sigma: Of the noise, positive.

    Raises:
        ValueError: If the share is outside its range, or sigma is not positive.
    """
    check_positive("sigma", sigma)
    check_share("share", share)
    if share <= 0.5:
        return 0.0
    quantile = torch.special.ndtri(torch.tensor(share, dtype=torch.float64))
    return sigma * quantile.item()


def check_hits(hits: int, trials: int, alpha: float) -> None:
    """Refuse counts that are none.

    Raises:
        ValueError: If hits are not from 0 to trials, or alpha is not in (0, 1).
    """
    check_at_least("trials", trials, 1)
    if not 0 <= hits <= trials:
        raise ValueError(f"hits is {hits}: choose it from 0 to {trials}")
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha}: choose it between 0 and 1")
