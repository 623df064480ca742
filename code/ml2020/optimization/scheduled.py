"""Scheduled: what networks lose whose learning rate follows a schedule.

Chapter: book/optimization_momentum.md
Source:  the schedules are those of ml2020.optimization.schedules; the lecture compares
         them by the curves of their papers
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.gradient_descent import Rule
from ml2020.optimization.clothes import Clothes, cross_entropy, starts
from ml2020.optimization.network import Schedule, train
from ml2020.optimization.schedules import (
    constant_then_fall,
    cosine_restarts,
    linear_warmup,
    one_cycle,
    triangular,
)

SIZES = (196, 32, 32, 10)  # of a network for small pictures
BATCH = 32  # examples


def shapes(total: int) -> dict[str, Callable[[int], float]]:
    """Return schedules for a training of that length, as shares of the highest rate."""
    return {
        "constant": lambda t: 1.0,
        "warm-up": lambda t: linear_warmup(t, 1, total // 10),
        "triangular": lambda t: triangular(t, 0.1, 1, total // 10),
        "cosine with restarts": lambda t: cosine_restarts(
            t,
            0,
            1,
            total // 7,
            2,
        ),
        "one cosine": lambda t: cosine_restarts(t, 0, 1, total),
        "one cycle": lambda t: one_cycle(t, total, 0.04, 1, 0.0004),
        "constant, then fall": lambda t: constant_then_fall(
            t, total, 1, 2 * total // 5
        ),
        "constant, short fall": lambda t: constant_then_fall(
            t,
            total,
            1,
            total // 10,
        ),
    }


def scheduled(
    rule: Rule[Any],
    data: Clothes,
    seeds: Sequence[int],
    steps: int,
    **schedules: Schedule,
) -> tuple[Float[Tensor, "2 networks"], Float[Tensor, "steps networks"]]:
    """Return what networks lose at the end, and what they lost on the way.

    Args:
        rule: The rule; it must treat each number by itself.
        data: What to learn from, to choose by and to judge by.
        seeds: One for each network: of its first weights and of its batches.
        steps: How many batches of 32 it sees, drawn with replacement.
        schedules: For settings of the rule, see `train`.

    Returns:
        The loss of each on the pictures to choose by and on those to judge by; and its
        loss on each batch.
    """
    dice = [torch.Generator().manual_seed(seed) for seed in seeds]
    drawn = [torch.randint(len(data.X), (steps, BATCH), generator=g) for g in dice]
    theta, losses = train(
        rule,
        starts(SIZES, seeds),
        lambda theta, rows: cross_entropy(SIZES, theta, data.X[rows], data.y[rows]),
        torch.stack(drawn, dim=1),
        **schedules,
    )
    ends = [
        cross_entropy(
            SIZES, theta, X.expand(len(theta), -1, -1), y.expand(len(theta), -1)
        )
        for X, y in ((data.X_choose, data.y_choose), (data.X_judge, data.y_judge))
    ]
    return torch.stack(ends), losses
