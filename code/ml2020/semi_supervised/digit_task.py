"""Digit task: a few pictures with labels, a few more to choose by, many without.

Chapter: book/semi_supervised.md
Source:  our own rule, on the digits of ml2020/data/digits.py
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.digits import digits

CLASSES = 10
MANY, POOL = 300, 900  # pictures of a large set to choose by, and without labels
LOWER = 400  # of those without labels, if they shall show half of the digits


class DigitTask(NamedTuple):
    """Parts of the 1,797 pictures, none in two of them."""

    X: Float[Tensor, "n 64"]  # to learn from, as many of each digit
    y: Int[Tensor, " n"]
    unlabelled: Float[Tensor, "pool 64"]
    hidden: Int[Tensor, " pool"]  # what they show: for controls, and to count errors
    few: Float[Tensor, "n 64"]  # to choose by, as many and as mixed as X
    few_y: Int[Tensor, " n"]
    many: Float[Tensor, "300 64"]  # to choose by for who has labels to spare
    many_y: Int[Tensor, " 300"]
    judge: Float[Tensor, "rest 64"]  # all others
    judge_y: Int[Tensor, " rest"]


def digit_task(labels: int, seed: int) -> DigitTask:
    """Return the parts that a seed draws.

    With more labels the smaller task's pictures stay where they are.

    Args:
        labels: How many pictures have one, ten or a multiple of it, 100 at most.
        seed: Of the dice.

    Raises:
        ValueError: If there is another number of labels.
    """
    check_labels_even(labels)
    images, shown = digits()
    X = images.flatten(1)
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    each = labels // CLASSES
    # The first 20 of each digit are to learn from and to choose by, in turn.
    of_class = [order[shown[order] == digit][:20] for digit in range(CLASSES)]
    learn = torch.cat([rows[0::2][:each] for rows in of_class])
    few = torch.cat([rows[1::2][:each] for rows in of_class])
    taken = torch.zeros(len(X), dtype=torch.bool).index_fill(
        0, torch.cat(of_class), True
    )
    rest = order[~taken[order]]
    many, pool, judge = rest.split([MANY, POOL, len(rest) - MANY - POOL])  # type: ignore[no-untyped-call]
    return DigitTask(
        X[learn],
        shown[learn],
        X[pool],
        shown[pool],
        X[few],
        shown[few],
        X[many],
        shown[many],
        X[judge],
        shown[judge],
    )


def halves(task: DigitTask) -> list[DigitTask]:
    """Return the task with half of its labels to learn from, the rest to choose by.

    So, and the other way round: that is cross-validation with two folds.

    Raises:
        ValueError: If there is an odd number of labels of each digit.
    """
    check_pairs(len(task.y))
    first, second = (task.X[0::2], task.y[0::2]), (task.X[1::2], task.y[1::2])
    return [
        task._replace(X=own[0], y=own[1], few=other[0], few_y=other[1])
        for own, other in ((first, second), (second, first))
    ]


def lower_digits(task: DigitTask, *, strangers: bool) -> DigitTask:
    """Return the task with the digits 0 to 4 alone, and 400 unlabelled pictures.

    Args:
        task: With all ten.
        strangers: If the unlabelled show 5 to 9.
    """
    parts = {}
    for pictures, shown in (
        ("X", "y"),
        ("few", "few_y"),
        ("many", "many_y"),
        ("judge", "judge_y"),
        ("unlabelled", "hidden"),
    ):
        low = getattr(task, shown) < CLASSES // 2
        keep = ~low if strangers and shown == "hidden" else low
        rows = keep.nonzero()[:, 0]
        rows = rows[:LOWER] if shown == "hidden" else rows
        parts[pictures] = getattr(task, pictures)[rows]
        parts[shown] = getattr(task, shown)[rows]
    return DigitTask(**parts)


def check_pairs(labels: int) -> None:
    """Refuse digits whose pictures cannot be halved.

    Raises:
        ValueError: If there is an odd number of each.
    """
    if labels % (2 * CLASSES):
        raise ValueError(f"task has {labels} labels: give it 20, 40, ... or 100")


def check_labels_even(labels: int) -> None:
    """Refuse numbers of labels that cannot be the same for each digit.

    Raises:
        ValueError: If it is none of 10, 20, ..., 100.
    """
    if labels not in range(10, 101, 10):
        raise ValueError(f"labels is {labels}: give 10, 20, ... or 100")
