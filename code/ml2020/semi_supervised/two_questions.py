"""Two questions: the same points, and two ways to label them.

Whoever looks at the points alone cannot tell which of the two will be asked.

Chapter: book/semi_supervised.md
Source:  our own
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least


class Points(NamedTuple):
    """Points, and what each of two questions would call them."""

    X: Float[Tensor, "n features"]
    along: Int[Tensor, " n"]  # 0 or 1: the question that follows the points
    across: Int[Tensor, " n"]  # 0 or 1: the one that cuts through them


def two_groups(n: int, *, generator: torch.Generator | None = None) -> Points:
    """Return round Gaussians side by side; asked is which one, or: above or below?

    Args:
        n: How many points, 2 or more.
        generator: The dice.
    """
    check_at_least("n", n, 2)
    X = torch.randn(n, 2, generator=generator, dtype=torch.float64)
    along = torch.arange(n) % 2
    X[:, 0] += 3.0 * along - 1.5
    return Points(X, along, (X[:, 1] > 0).long())


def two_heaps(n: int, *, generator: torch.Generator | None = None) -> Points:
    """Return points of 10 features, with a gap in the first.

    Asked is on which side of the gap, or: on which side of 0 in the second feature,
    where points are densest?

    Args:
        n: How many points, 2 or more.
        generator: The dice.
    """
    check_at_least("n", n, 2)
    X = torch.randn(n, 10, generator=generator, dtype=torch.float64)
    along = torch.arange(n) % 2
    X[:, 0] = 0.5 * X[:, 0] + 3.0 * along - 1.5
    return Points(X, along, (X[:, 1] > 0).long())


def two_moons(n: int, *, generator: torch.Generator | None = None) -> Points:
    """Return half circles in each other; asked is which one, or: left or right?

    Args:
        n: How many points, 2 or more.
        generator: The dice.
    """
    check_at_least("n", n, 2)
    along = torch.arange(n) % 2
    angle = math.pi * torch.rand(n, generator=generator, dtype=torch.float64)
    sign = 1.0 - 2 * along
    X = torch.stack([sign * angle.cos() + along, sign * angle.sin() + along / 2], dim=1)
    X = X + 0.06 * torch.randn(n, 2, generator=generator, dtype=torch.float64)
    return Points(X, along, (X[:, 0] > 0.5).long())


def one_long_direction(n: int, *, generator: torch.Generator | None = None) -> Points:
    """Return points of 20 features that differ most along one hidden direction.

    Asked is on which side a point lies along that direction, or along another.

    Args:
        n: How many points, 2 or more.
        generator: The dice.
    """
    check_at_least("n", n, 2)
    hidden = torch.randn(n, 20, generator=generator, dtype=torch.float64)
    hidden[:, 0] *= 3
    turn = torch.randn(20, 20, generator=generator, dtype=torch.float64)
    X = hidden @ torch.linalg.qr(turn).Q.T
    return Points(X, (hidden[:, 0] > 0).long(), (hidden[:, 1] > 0).long())


def few_labels(
    y: Int[Tensor, " n"], each: int, *, generator: torch.Generator | None = None
) -> Int[Tensor, " few"]:
    """Return the places of a few examples, as many with the label 0 as with 1.

    Args:
        y: The labels, 0 or 1.
        each: How many of each, 1 or more.
        generator: The dice.

    Raises:
        ValueError: If there are too few of a label.
    """
    check_enough(y, each)
    order = torch.randperm(len(y), generator=generator)
    return torch.cat([order[y[order] == label][:each] for label in (0, 1)])


def check_enough(y: Tensor, each: int) -> None:
    """Refuse to draw more labels than there are.

    Raises:
        ValueError: If there are too few of a label, or none is asked for.
    """
    least = min(int((y == 0).sum()), int((y == 1).sum()))
    if not 1 <= each <= least:
        raise ValueError(f"each is {each}: give 1 to {least}")


QUESTIONS: dict[str, Callable[..., Points]] = {
    "generative": two_groups,
    "gap": two_heaps,
    "smooth": two_moons,
    "directions": one_long_direction,
}
