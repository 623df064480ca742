"""Walks round a ring: the next place is one of two, so much has to be lost.

Synthetic: places 0 to 9 in a ring; each step goes on by one place or by two, by the
toss of a coin. So who reads a walk backwards sees no walk.

Chapter: book/transformer_attention.md
Source:  a task of this book
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_filled
from ml2020.transformer.reader import Reader

RING = 10
LEAST = math.log(2)  # what a coin costs, in nats a step: no honest loss is below it


def walks(
    n: int, T: int, *, generator: torch.Generator | None = None
) -> Int[Tensor, "n T"]:
    """Return n walks of T places.

    Raises:
        ValueError: If a number is below 1.
    """
    for name, size in (("n", n), ("T", T)):
        check_at_least(name, size, 1)
    begin = torch.randint(RING, (n, 1), generator=generator)
    steps = 1 + torch.randint(2, (n, T - 1), generator=generator)
    return torch.cat([begin, steps], dim=1).cumsum(dim=1) % RING


def foreseen(
    n: int,
    T: int,
    spared: int = 0,
    *,
    generator: torch.Generator | None = None,
) -> Callable[[Reader], Tensor]:
    """Return the loss of a reader on n new walks at each call: what comes next?

    Args:
        n: How many walks.
        T: Places of a walk, one more than are read.
        spared: So many of the last places that are read do not count.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If a number is outside its range.
    """
    check_at_least("n", n, 1)
    check_spared(T, spared)

    def cost(reader: Reader) -> Tensor:
        X = walks(n, T, generator=generator)
        asked = slice(T - 1 - spared)
        scores, Y = reader(X[:, :-1])[:, asked], X[:, 1:][:, asked]
        return F.cross_entropy(scores.flatten(0, 1), Y.flatten())

    return cost


@torch.no_grad()
def loss_by_place(
    reader: Reader, n: int, T: int, *, generator: torch.Generator | None = None
) -> Float[Tensor, " places"]:
    """Return the loss at each of the T - 1 places that are read, on n new walks.

    Raises:
        ValueError: If n is below 1, or T below 2.
    """
    check_at_least("n", n, 1)
    check_spared(T, 0)
    X = walks(n, T, generator=generator)
    scores = reader(X[:, :-1]).mT  # (n, RING, T - 1)
    return F.cross_entropy(scores, X[:, 1:], reduction="none").mean(dim=0)


@torch.no_grad()
def walked(
    reader: Reader, n: int, T: int, *, generator: torch.Generator | None = None
) -> Int[Tensor, "n T"]:
    """Return walks that a reader makes alone, place by place, by its probabilities.

    Raises:
        ValueError: If a number is below 1.
    """
    X = walks(n, 1, generator=generator)
    for _ in range(T - 1):
        shares = reader(X)[:, -1].softmax(dim=-1)
        X = torch.cat([X, shares.multinomial(1, generator=generator)], dim=1)
    return X


def share_of_steps(X: Int[Tensor, "n T"]) -> float:
    """Return the share of moves by one place or by two; by chance one in five is.

    Raises:
        ValueError: If there is no move.
    """
    check_moves(X)
    moves = X.diff(dim=1) % RING
    return float(((moves == 1) | (moves == 2)).double().mean())


def check_spared(T: int, spared: int) -> None:
    """Refuse walks without a move, and losses that are asked nowhere."""
    check_at_least("T", T, 2)
    if not 0 <= spared < T - 1:
        raise ValueError(f"spared is {spared}: choose it from 0 to {T - 2}")


def check_moves(X: Tensor) -> None:
    """Refuse walks that do not move."""
    check_filled("X", X, "walk")
    if X.shape[1] < 2:
        raise ValueError("X has 1 place: give walks of 2 or more")
