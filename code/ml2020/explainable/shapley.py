"""Shapley: what a player adds, in the mean over all orders in which they come.

Chapter: book/explainable_local.md
Source:  Shapley (1953); Lundberg and Lee (2017), equation 4,
         https://arxiv.org/abs/1705.07874
"""

import math

import torch
from jaxtyping import Bool, Float, Int
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
    v: Float[Tensor, "*games coalitions"], players: int
) -> Float[Tensor, "*games players"]:
    """Return each player's share of what everybody together is worth.

    Args:
        v: What each of the `coalitions` is worth, in their order, along the last axis.
        players: How many, 1 to 10.

    Raises:
        ValueError: If there are none or too many, or a worth is missing, NaN or
            infinite.
    """
    check_worth(v, players)
    who = coalitions(players)
    phi = []
    for i in range(players):
        S = (~who[:, i]).nonzero()[:, 0]  # all sets without i
        shares = order_shares(who[S].sum(dim=1), players).to(v)
        phi.append((shares * (v[..., S + 2**i] - v[..., S])).sum(dim=-1))
    return torch.stack(phi, dim=-1)


def order_shares(sizes: Int[Tensor, " sets"], players: int) -> Float[Tensor, " sets"]:
    """Return the share of all orders in which just such a set comes before one player.

    Args:
        sizes: How many are in each set, below players.
        players: How many there are.

    Raises:
        ValueError: If a set has no room for one more player.
    """
    check_sizes(sizes, players)
    share = [
        math.factorial(s) * math.factorial(players - s - 1) / math.factorial(players)
        for s in range(players)
    ]
    return torch.tensor(share, dtype=torch.float64)[sizes]


def check_players(players: int) -> None:
    """Refuse a count whose coalitions cannot be listed.

    Raises:
        ValueError: If it is below 1 or above 10.
    """
    check_at_least("players", players, 1)
    if players > MOST:
        raise ValueError(f"players is {players}: give at most {MOST}, or draw orders")


def check_sizes(sizes: Tensor, players: int) -> None:
    """Refuse sets to which nobody can come.

    Raises:
        ValueError: If one has less than no player, or all.
    """
    if ((sizes < 0) | (sizes >= players)).any():
        raise ValueError(f"sizes has others than 0 to {players - 1}: leave one out")


def check_worth(v: Tensor, players: int) -> None:
    """Refuse worths that are none.

    Raises:
        ValueError: If they are NaN or infinite, or not one a coalition.
    """
    check_players(players)
    check_shape("v", v, (*v.shape[:-1], 2**players))
    check_finite("v", v, "give numbers")
