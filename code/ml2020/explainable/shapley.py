"""Shapley: what a player adds, in the mean over all orders in which they come.

Chapter: book/explainable_local.md
Source:  Shapley (1953); Lundberg and Lee (2017), equation 4,
         https://arxiv.org/abs/1705.07874
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_finite, check_shape

MOST = 10  # players: 1,024 coalitions


def coalitions(players: int) -> Bool[Tensor, "coalitions players"]:
    """Return all sets of players, the empty one first, everybody last.

    Raises:
        ValueError: If there is no player, or more than 10.
    """
    check_players(players)
    numbers = torch.arange(2**players)
    return (numbers[:, None] >> torch.arange(players)) % 2 == 1


def shapley(
    value: Callable[[Tensor], Tensor], players: int
) -> Float[Tensor, "... players"]:
    """Return each player's share of what everybody together is worth.

    Args:
        value: Maps coalitions, a row each, True for who is in, to what each is worth:
            the last axis counts coalitions.
        players: How many, 1 to 10.

    Raises:
        ValueError: If there are none or too many, or value gives NaN, infinity or
            another count.
    """
    who = coalitions(players)
    v = value(who)
    check_worth(v, len(who))
    phi = []
    for i in range(players):
        without = (~who[:, i]).nonzero()[:, 0]
        size = who[without].sum(dim=1)
        weight = torch.tensor([order_share(int(s), players) for s in size]).to(v)
        phi.append((weight * (v[..., without + 2**i] - v[..., without])).sum(dim=-1))
    return torch.stack(phi, dim=-1)


def order_share(size: int, players: int) -> float:
    """Return the share of all orders in which just these come before one player."""
    before, after = math.factorial(size), math.factorial(players - size - 1)
    return before * after / math.factorial(players)


def check_players(players: int) -> None:
    """Refuse a count whose coalitions cannot be listed.

    Raises:
        ValueError: If it is below 1 or above 10.
    """
    check_at_least("players", players, 1)
    if players > MOST:
        raise ValueError(f"players is {players}: give at most {MOST}, or draw orders")


def check_worth(v: Tensor, count: int) -> None:
    """Refuse worths that are none.

    Raises:
        ValueError: If they are NaN or infinite, or not one a coalition.
    """
    check_shape("value", v, (*v.shape[:-1], count))
    check_finite("value", v, "give numbers")
