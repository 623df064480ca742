"""Matrix factorisation: tastes and traits that multiply to the ratings that are known.

Chapter: book/linear_methods_factors.md
Source:  Koren, Bell and Volinsky (2009), https://doi.org/10.1109/MC.2009.263
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_descended,
    check_positive,
    check_rated,
)

Table = Float[Tensor, "people characters"]
Known = Bool[Tensor, "people characters"]
SMALL = 0.1  # the standard deviation of first tastes and traits


class Factors(NamedTuple):
    """Tastes, traits, how generous people are, and how popular characters."""

    P: Float[Tensor, "people K"]
    Q: Float[Tensor, "characters K"]
    b: Float[Tensor, " people"]
    c: Float[Tensor, " characters"]
    mu: Float[Tensor, ""]


def predicted(f: Factors) -> Table:
    """Return all ratings that the factors say."""
    return f.mu + f.b[:, None] + f.c + f.P @ f.Q.T


def first_factors(
    N: Table,
    seen: Known,
    tastes: int,
    *,
    generator: torch.Generator | None = None,
) -> Factors:
    """Return small tastes and traits by chance, no bias, and the mean of the known.

    Args:
        N: The ratings; what is not seen is not read.
        seen: Which are known.
        tastes: How many, 0 or more; with 0 there are biases only.
        generator: The dice.

    Raises:
        ValueError: If a person or a character has no known rating, a known one is not
            finite, or the count is negative.
    """
    check_rated(N, seen)
    check_at_least("tastes", tastes, 0)

    def small(count: int) -> Tensor:
        return SMALL * torch.randn(
            count, tastes, generator=generator, dtype=N.dtype
        ).to(N)

    people, characters = N.shape
    P, Q = small(people), small(characters)
    return Factors(P, Q, N.new_zeros(people), N.new_zeros(characters), N[seen].mean())


def factor_loss(f: Factors, N: Table, seen: Known, ridge: float) -> Float[Tensor, ""]:
    """Return the squared errors of the known, and the ridge on all but mu."""
    error = (predicted(f) - N)[seen]
    squares = sum((part**2).sum() for part in f[:4])
    return (error**2).sum() + ridge * squares


def factor_slopes(f: Factors, N: Table, seen: Known, ridge: float) -> Factors:
    """Return the slopes of `factor_loss`; what is not known pulls at nothing.

    The mean mu stays as it is: its slope is given as 0.
    """
    E = (predicted(f) - N).where(seen, 0)
    return Factors(
        2 * (E @ f.Q + ridge * f.P),
        2 * (E.T @ f.P + ridge * f.Q),
        2 * (E.sum(dim=1) + ridge * f.b),
        2 * (E.sum(dim=0) + ridge * f.c),
        torch.zeros_like(f.mu),
    )


def descended_factors(
    start: Factors, N: Table, seen: Known, ridge: float, lr: float, steps: int
) -> tuple[Factors, Float[Tensor, " steps_and_1"]]:
    """Return where gradient descent leads, and the loss before each step and after.

    Args:
        start: The first factors.
        N: The ratings.
        seen: Which are known.
        ridge: What the squares of the factors cost, 0 or more.
        lr: The learning rate.
        steps: How many steps.

    Raises:
        ValueError: If somebody is unrated, a setting is out of range, or the loss has
            risen.
    """
    check_rated(N, seen)
    check_at_least("ridge", ridge, 0)
    check_positive("lr", lr)
    check_at_least("steps", steps, 1)
    f, path = start, [factor_loss(start, N, seen, ridge)]
    for _ in range(steps):
        slopes = factor_slopes(f, N, seen, ridge)
        f = Factors(*(part - lr * by for part, by in zip(f, slopes, strict=True)))
        path.append(factor_loss(f, N, seen, ridge))
    check_descended(path[0], path[-1], lr)
    return f, torch.stack(path)
