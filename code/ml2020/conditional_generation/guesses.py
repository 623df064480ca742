"""Guesses: a matrix learns to say what comes next, told the truth or its own guess.

Chapter: book/conditional_generation_tips.md
Source:  what is told while one learns as in Bengio, Vinyals, Jaitly and Shazeer (2015),
         https://arxiv.org/abs/1506.03099
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.conditional_generation.dynamics import STEPS, paths
from ml2020.conditional_generation.learning import learned
from ml2020.conditional_generation.schedules import (
    SCHEDULES,
    epsilon,
    half_way,
    told_or_own,
)

TOLD = "always right", *SCHEDULES, "never right"
PATHS = 64  # in a batch


class Guess(nn.Module):
    """A matrix that says what comes next."""

    def __init__(self) -> None:
        super().__init__()
        self.A = nn.Parameter(torch.eye(2, dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        """Return what comes next (n, 2)."""
        return x @ self.A.T


def guess(
    world: str, told: str, seed: int, lr: float, updates: int, through: bool = True
) -> Guess:
    """Return a matrix that has learned from fresh paths.

    Args:
        world: One of WORLDS.
        told: What stands before each step: one of TOLD.
        seed: Of the paths and of the dice.
        lr: The first rate.
        updates: 4 or more.
        through: Whether the slope goes back through what it said itself.

    Raises:
        ValueError: If it is unknown what is told.
    """
    check_told(told)
    dice = torch.Generator().manual_seed(60_000 + seed)
    k = half_way(told, updates) if told in SCHEDULES else 1.0

    def loss(model: Guess, i: int) -> Tensor:
        seen = paths(world, PATHS, generator=dice).seen
        share = epsilon(told, i, k) if told in SCHEDULES else float(told == TOLD[0])
        x, cost = seen[0], torch.zeros((), dtype=torch.float64)
        for right in seen[1:]:
            y = model(x)
            cost = cost + (y - right).square().mean()
            x = told_or_own(right, y if through else y.detach(), share, generator=dice)
        return cost / STEPS

    return learned(Guess(), loss, lr, updates)


@torch.no_grad()
def free_run(model: Guess, world: str, n: int, seed: int) -> Float[Tensor, " steps"]:
    """Return the mean square error after 1, 2, ... steps, each told its own guess."""
    true = paths(world, n, generator=torch.Generator().manual_seed(seed)).true
    x, errors = true[0], []
    for right in true[1:]:
        x = model(x)
        errors.append((x - right).square().mean())
    return torch.stack(errors)


def check_told(told: str) -> None:
    """Refuse to tell what is unknown.

    Raises:
        ValueError: If it is.
    """
    if told not in TOLD:
        raise ValueError(f"told is {told}: choose one of {', '.join(TOLD)}")
