"""Sums: a small task in which a place has to fetch, and then to compute.

Synthetic: a place has two bits, drawn anew.

Chapter: book/new_architectures.md
Source:  a task of this book
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Int
from torch import Tensor

from ml2020.support.checks import check_at_least


class Sums(NamedTuple):
    """Places with two bits (n, T, 2), and what each shall say, 0 or 1 (n, T)."""

    X: Int[Tensor, "n T 2"]
    Y: Int[Tensor, "n T"]


def sums(n: int, T: int, *, generator: torch.Generator | None = None) -> Sums:
    """Return n sequences of T places.

    A place says whether its first bit is another one than most places have. If as many
    have either, most have 0. Its second bit says nothing.

    Args:
        n: How many.
        T: Places, 3 or more.
        generator: Draws them.

    Raises:
        ValueError: If a number is too small.
    """
    check_at_least("n", n, 1)
    check_at_least("T", T, 3)
    X = torch.randint(2, (n, T, 2), generator=generator)
    first = X[..., 0]
    ones = first.sum(dim=1, keepdim=True)
    return Sums(X, first ^ (2 * ones > T).long())


def asked(
    n: int, T: int, *, generator: torch.Generator | None = None
) -> Callable[[Callable[[Tensor], Tensor]], Tensor]:
    """Return the loss of a network on n new sequences at each call.

    Raises:
        ValueError: See `sums`.
    """
    sums(n, T, generator=torch.Generator().manual_seed(0))

    def cost(model: Callable[[Tensor], Tensor]) -> Tensor:
        X, Y = sums(n, T, generator=generator)
        return F.cross_entropy(model(X).flatten(0, 1), Y.flatten())

    return cost


@torch.no_grad()
def right(model: Callable[[Tensor], Tensor], judged: Sums) -> float:
    """Return the share of places at which a network says what is right."""
    return float((model(judged.X).argmax(dim=-1) == judged.Y).double().mean())


def commonest(judged: Sums) -> float:
    """Return the share that is right of who always says the most frequent answer."""
    return float(judged.Y.flatten().bincount().max() / judged.Y.numel())
