"""Sums: two small tasks in which places have to fetch, to compute, and to collect.

Synthetic: a place has two bits, drawn anew.

Chapter: book/new_architectures.md
Source:  tasks of this book
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Int
from torch import Tensor

from ml2020.support.checks import check_at_least

TASKS = ("differ", "vote")


class Sums(NamedTuple):
    """Places with two bits (n, T, 2), and what each shall say, 0 or 1 (n, T)."""

    X: Int[Tensor, "n T 2"]
    Y: Int[Tensor, "n T"]


def sums(
    task: str, n: int, T: int, *, generator: torch.Generator | None = None
) -> Sums:
    """Return n sequences of T places.

    Args:
        task: "differ": a place says whether its first bit is another one than more
            than half of the places have. "vote": whether more than half of the places
            have two equal bits.
        n: How many.
        T: Places, 3 or more.
        generator: Draws them.

    Raises:
        ValueError: If there is no such task, or a number is too small.
    """
    check_task(task)
    check_at_least("n", n, 1)
    check_at_least("T", T, 3)
    X = torch.randint(2, (n, T, 2), generator=generator)
    first, second = X.unbind(dim=-1)
    if task == "differ":
        ones = first.sum(dim=1, keepdim=True)
        return Sums(X, first ^ (2 * ones > T).long())
    equal = (first == second).sum(dim=1, keepdim=True)
    return Sums(X, (2 * equal > T).long().expand(n, T))


def asked(
    task: str, n: int, T: int, *, generator: torch.Generator | None = None
) -> Callable[[Callable[[Tensor], Tensor]], Tensor]:
    """Return the loss of a network on n new sequences at each call.

    Raises:
        ValueError: See `sums`.
    """
    sums(task, n, T, generator=torch.Generator().manual_seed(0))

    def cost(model: Callable[[Tensor], Tensor]) -> Tensor:
        X, Y = sums(task, n, T, generator=generator)
        return F.cross_entropy(model(X).flatten(0, 1), Y.flatten())

    return cost


@torch.no_grad()
def right(model: Callable[[Tensor], Tensor], judged: Sums) -> float:
    """Return the share of places at which a network says what is right."""
    return float((model(judged.X).argmax(dim=-1) == judged.Y).double().mean())


def commonest(judged: Sums) -> float:
    """Return the share that is right of who always says the most frequent answer."""
    return float(judged.Y.flatten().bincount().max() / judged.Y.numel())


def check_task(task: str) -> None:
    """Refuse a task that there is not."""
    if task not in TASKS:
        raise ValueError(f"task is {task!r}: choose one of {', '.join(TASKS)}")
