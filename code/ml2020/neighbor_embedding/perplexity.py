"""Perplexity: for each point a width, so that it has so many neighbours in effect.

Chapter: book/neighbor_embedding.md
Source:  Hinton and Roweis (2003), section 2; van der Maaten and Hinton (2008),
         section 2
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_features,
    check_filled,
    check_finite,
)


def squared_distances(X: Tensor) -> Tensor:
    """Return the squared distance of each pair, (n, n), of points (n, features)."""
    return torch.cdist(X, X, compute_mode="donot_use_mm_for_euclid_dist") ** 2


def shares_at(distance2: Tensor, beta: Tensor) -> Tensor:
    """Return p(j | i), (n, n): how i shares itself out among the others.

    Args:
        distance2: Squared distances, (n, n), of 2 points or more.
        beta: (n,), for each i, 1 / (2 sigma^2), in 1 / units of distance2.
    """
    scores = -beta[:, None] * distance2
    return scores.fill_diagonal_(-math.inf).softmax(dim=1)


def perplexities(P: Float[Tensor, "n n"]) -> Float[Tensor, " n"]:
    """Return e to the entropy of each row: how many neighbours it has in effect."""
    return torch.exp(-torch.xlogy(P, P).sum(dim=1))


def widths(
    distance2: Float[Tensor, "n n"], perplexity: float, rounds: int = 64
) -> Float[Tensor, " n"]:
    """Return for each point the beta that gives the perplexity, by bisection.

    Args:
        distance2: Squared distances, not negative.
        perplexity: Above 1 and below n - 1.
        rounds: How often the interval is halved, 1 or more.

    Raises:
        ValueError: If the perplexity is out of range, or as many points or more are
            identical.
    """
    check_squares_of(distance2)
    check_perplexity(perplexity, len(distance2))
    check_at_least("rounds", rounds, 1)
    check_copies(distance2, perplexity)
    low = torch.zeros_like(distance2[0])
    high = low + math.inf
    beta = (len(distance2) - 1) / distance2.sum(dim=1)
    for _ in range(rounds):
        wide = perplexities(shares_at(distance2, beta)) > perplexity
        low, high = torch.where(wide, beta, low), torch.where(wide, high, beta)
        beta = torch.where(high.isinf(), 2 * beta, (low + high) / 2)
    return beta


def neighbour_shares(
    X: Float[Tensor, "n features"], perplexity: float
) -> Float[Tensor, "n n"]:
    """Return p(j | i), each row of the wanted perplexity.

    Args:
        X: One row a point.
        perplexity: Above 1 and below n - 1.

    Raises:
        ValueError: If a number is not finite, or as for `widths`.
    """
    check_features("X", X)
    distance2 = squared_distances(X)
    return shares_at(distance2, widths(distance2, perplexity))


def joint(P: Float[Tensor, "n n"]) -> Float[Tensor, "n n"]:
    """Return one share for each pair: (p(j | i) + p(i | j)) / 2n."""
    return (P + P.T) / (2 * len(P))


def check_perplexity(perplexity: float, n: int) -> None:
    """Refuse more neighbours in effect than there are, or no more than one.

    Raises:
        ValueError: If it is out of range.
    """
    if not 1 < perplexity < n - 1:
        raise ValueError(
            f"perplexity is {perplexity}: give more than 1 and less than {n - 1}, the "
            "number of others"
        )


def check_copies(distance2: Tensor, perplexity: float) -> None:
    """Refuse a point with so many nearest at one distance that no width parts them.

    Raises:
        ValueError: If there is one.
    """
    others = distance2.clone().fill_diagonal_(math.inf)
    nearest = others.min(dim=1, keepdim=True).values
    most = int((others == nearest).sum(dim=1).max())
    if most >= perplexity:
        raise ValueError(
            f"perplexity is {perplexity}, but a point has {most} nearest others at one "
            "distance: keep one of identical points, or raise it"
        )


def check_squares_of(distance2: Tensor) -> None:
    """Refuse squared distances that are none.

    Raises:
        ValueError: If one is negative or no number, or all of a row are 0.
    """
    check_filled("distance2", distance2, "pair")
    check_finite("distance2", distance2, "drop or mend those points")
    if (distance2 < 0).any():
        raise ValueError("distance2 is negative: give squares")
    if not distance2.any(dim=1).all():
        raise ValueError("distance2 is 0 throughout a row: drop identical points")
