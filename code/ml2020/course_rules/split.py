"""Splits: which examples choose the function, and which ones judge it.

Chapter: book/course_rules.md
Source:  Hastie, Tibshirani and Friedman (2009), sections 7.2 and 7.10,
         https://hastie.su.domains/ElemStatLearn/
"""

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.support.checks import check_shape

Places = Int[Tensor, "_"]  # however many


def split(
    pool: int | Places,
    sizes: tuple[int, ...],
    *,
    generator: torch.Generator | None = None,
) -> list[Places]:
    """Return the places of the pool, shuffled, one set for each size.

    Args:
        pool: The places of the examples to cut; a number stands for all from 0 on.
        sizes: How many go into each set; together exactly all of them.
        generator: Seed it to split in the same way again.

    Raises:
        ValueError: If a size is below 1, the sizes do not add up to the size of the
            pool, or a place is twice in it.
    """
    check_sizes(sizes, pool)
    check_different(pool)
    return list(torch.split(shuffled(pool, generator), list(sizes)))


def kfold(
    pool: int | Places,
    k: int,
    *,
    groups: Int[Tensor, "*as_many"] | None = None,
    shuffle: bool = True,
    generator: torch.Generator | None = None,
) -> list[tuple[Places, Places]]:
    """Return k pairs of places: those to learn from, and those to judge with.

    Every example of the pool judges exactly once, and no other does. The folds differ
    by at most one example, or by at most one group.

    Args:
        pool: The places of the examples to use; a number stands for all from 0 on.
        k: How many folds to make, 2 to the size of the pool, or number of groups.
        groups: Numbers, one for each example of the pool; examples with the same number
            judge together.
        shuffle: If not, neighbours stay together: the pool, or the groups in the order
            of their numbers, is cut into k blocks.
        generator: Seed it to split in the same way again.

    Raises:
        ValueError: If k is below 2 or above the number of examples or groups, a place
            is twice in the pool, or there is not one group for each example.
    """
    check_different(pool)
    check_groups(groups, pool)
    check_folds(k, pool if groups is None else torch.unique(groups))
    places = torch.arange(pool) if isinstance(pool, int) else pool
    units = places if groups is None else torch.unique(groups)
    folds = (shuffled(units, generator) if shuffle else units).tensor_split(k)
    if groups is not None:
        folds = tuple(places[torch.isin(groups, fold)] for fold in folds)
    rest = (torch.cat(folds[:i] + folds[i + 1 :]) for i in range(k))
    return list(zip(rest, folds, strict=True))


def shuffled(pool: int | Places, generator: torch.Generator | None) -> Places:
    """Return the places of a pool in random order."""
    places = torch.arange(pool) if isinstance(pool, int) else pool
    return places[torch.randperm(len(places), generator=generator)]


def size_of(pool: int | Tensor) -> int:
    """Return how many examples a pool has."""
    return pool if isinstance(pool, int) else len(pool)


def check_sizes(sizes: tuple[int, ...], pool: int | Tensor) -> None:
    """Refuse sizes that do not cut the pool.

    Raises:
        ValueError: If there is none, one is below 1, or they do not add up.
    """
    if not sizes or min(sizes) < 1:
        raise ValueError(f"sizes are {sizes}: give every set 1 or more")
    if sum(sizes) != size_of(pool):
        raise ValueError(f"sizes add up to {sum(sizes)}: make it {size_of(pool)}")


def check_groups(groups: Tensor | None, pool: int | Tensor) -> None:
    """Refuse groups that do not say where each example belongs.

    Raises:
        ValueError: If there is not one number for each.
    """
    if groups is not None:
        check_shape("groups", groups, (size_of(pool),))


def check_folds(k: int, units: int | Tensor) -> None:
    """Refuse a number of folds that the examples, or the groups, do not fill.

    Raises:
        ValueError: If k is below 2, or above how many there are.
    """
    if not 2 <= k <= size_of(units):
        raise ValueError(
            f"k is {k}: choose 2 to {size_of(units)}, one or more for each fold"
        )


def check_different(pool: int | Tensor) -> None:
    """Refuse an example that could teach and judge at once.

    Raises:
        ValueError: If a place is twice in the pool.
    """
    if isinstance(pool, Tensor) and len(set(pool.tolist())) < len(pool):
        raise ValueError("pool has a place twice: give each example once")
