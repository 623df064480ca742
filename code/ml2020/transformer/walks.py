"""Walks round a ring: the next place is one of two, so much has to be lost.

Synthetic: places 0 to 9 in a ring; each step goes to a neighbour, left or right by the
toss of a coin.

Chapter: book/transformer_attention.md
Source:  a task of this book
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Int
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
    steps = 2 * torch.randint(2, (n, T - 1), generator=generator) - 1
    return torch.cat([begin, steps], dim=1).cumsum(dim=1) % RING


def foreseen(
    n: int, T: int, *, generator: torch.Generator | None = None
) -> Callable[[Reader], Tensor]:
    """Return the loss of a reader on n new walks at each call: what comes next?

    Raises:
        ValueError: If a number is below 1.
    """

    def cost(reader: Reader) -> Tensor:
        X = walks(n, T, generator=generator)
        return F.cross_entropy(reader(X[:, :-1]).flatten(0, 1), X[:, 1:].flatten())

    return cost


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
    """Return the share of moves that go to a neighbour; by chance one in five does.

    Raises:
        ValueError: If there is no move.
    """
    check_moves(X)
    return float((X.diff(dim=1) % RING % (RING - 2) == 1).double().mean())


def check_moves(X: Tensor) -> None:
    """Refuse walks that do not move."""
    check_filled("X", X, "walk")
    if X.shape[1] < 2:
        raise ValueError("X has 1 place: give walks of 2 or more")
