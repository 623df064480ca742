"""Splits: which examples choose the function, and which ones judge it.

Chapter: book/course_rules.md
Source:  Hastie, Tibshirani and Friedman (2009), sections 7.2 and 7.10,
         https://hastie.su.domains/ElemStatLearn/
"""

import torch
from jaxtyping import Int
from torch import Tensor

Places = Int[Tensor, "_"]  # however many


def split(
    count: int,
    sizes: tuple[int, ...],
    *,
    generator: torch.Generator | None = None,
) -> list[Tensor]:
    """Return the places of shuffled examples, one group for each size.

    Args:
        count: How many examples there are.
        sizes: How many go into each group; together exactly all of them.
        generator: Seed it to split in the same way again.

    Raises:
        ValueError: If a size is below 1, or the sizes do not add up to count.
    """
    if not sizes or min(sizes) < 1:
        raise ValueError(f"sizes are {sizes}: give every group 1 or more")
    if sum(sizes) != count:
        raise ValueError(f"sizes add up to {sum(sizes)}: make it {count}")
    order = torch.randperm(count, generator=generator)
    return list(torch.split(order, list(sizes)))


def kfold(
    count: int,
    k: int,
    *,
    generator: torch.Generator | None = None,
) -> list[tuple[Places, Places]]:
    """Return k pairs of places: those to learn from, and those to judge with.

    Every example judges exactly once. The groups differ by at most one example.

    Args:
        count: How many examples there are.
        k: How many groups to make, 2 to count.
        generator: Seed it to split in the same way again.

    Raises:
        ValueError: If k is below 2, or above the number of examples.
    """
    if not 2 <= k <= count:
        raise ValueError(f"k is {k}: choose 2 to {count}, one fold a row")
    order = torch.randperm(count, generator=generator)
    groups = order.tensor_split(k)
    rest = (torch.cat(groups[:i] + groups[i + 1 :]) for i in range(k))
    return list(zip(rest, groups, strict=True))
