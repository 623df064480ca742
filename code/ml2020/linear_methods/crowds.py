"""Crowds: points in groups of known shape, to see what clustering makes of them.

Chapter: book/linear_methods_clustering.md
Source:  our own
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least


class Crowd(NamedTuple):
    """Points, and the group of each, which no clustering is told."""

    X: Float[Tensor, "n 2"]
    groups: Int[Tensor, " n"]


def heaps(n: int, side: int, *, generator: torch.Generator | None = None) -> Crowd:
    """Return round heaps of deviation 0.15 on a square grid of side x side, 1 apart.

    Args:
        n: How many points in each heap.
        side: How many heaps along each side.
        generator: The dice.

    Raises:
        ValueError: If there is no point or no heap.
    """
    check_at_least("n", n, 1)
    check_at_least("side", side, 1)
    ticks = torch.arange(side, dtype=torch.float64)
    groups = torch.arange(side * side).repeat_interleave(n)
    noise = torch.randn(len(groups), 2, generator=generator, dtype=torch.float64)
    return Crowd(torch.cartesian_prod(ticks, ticks)[groups] + 0.15 * noise, groups)


def sausages(
    n: int, length: float, *, generator: torch.Generator | None = None
) -> Crowd:
    """Return two groups side by side, 1 apart, of deviation 0.15 across.

    Args:
        n: How many points in each.
        length: Their deviation along, above 0.
        generator: The dice.

    Raises:
        ValueError: If there is no point, or the length is negative.
    """
    check_at_least("n", n, 1)
    check_at_least("length", length, 0)
    groups = torch.arange(2).repeat_interleave(n)
    X = torch.randn(2 * n, 2, generator=generator, dtype=torch.float64)
    X = X * torch.tensor([length, 0.15], dtype=torch.float64)
    X[:, 1] += groups
    return Crowd(X, groups)
