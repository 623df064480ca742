"""Guesses: matrices learn to say what comes next, told the truth or their own guess.

Chapter: book/conditional_generation_tips.md
Source:  what is told while one learns as in Bengio, Vinyals, Jaitly and Shazeer (2015),
         https://arxiv.org/abs/1506.03099; Adam of Kingma and Ba (2015)
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.conditional_generation.dynamics import STEPS, paths
from ml2020.conditional_generation.schedules import (
    SCHEDULES,
    epsilon,
    half_way,
    told_or_own,
)
from ml2020.support.checks import check_at_least, check_choice, check_positive

TOLD = "always right", *SCHEDULES, "never right"
PATHS = 64  # in a batch
BETA1, BETA2, SMALL = 0.9, 0.999, 1e-8  # of Adam


class Learner(NamedTuple):
    """How a matrix learns: what it is told, the seed of its paths, its first rate."""

    told: str
    seed: int
    lr: float


def shares(learners: Sequence[Learner], i: int, updates: int) -> Tensor:
    """Return how often each learner is told what was right, at update i."""
    found = [
        epsilon(one.told, i, half_way(one.told, updates))
        if one.told in SCHEDULES
        else float(one.told == TOLD[0])
        for one in learners
    ]
    return torch.tensor(found, dtype=torch.float64)


def costs_alone(
    A: Tensor, seen: Tensor, share: Tensor, dice: torch.Generator
) -> Tensor:
    """Return the mean square error of each learner (k,) on its way along its paths.

    Args:
        A: The matrices (k, 2, 2).
        seen: What each learner sees (k, steps + 1, n, 2).
        share: How often each is told the truth before a step (k,).
        dice: They say when.
    """
    rows = share.repeat_interleave(seen.shape[2])
    x, cost = seen[:, 0], torch.zeros_like(share)
    for right in seen[:, 1:].unbind(dim=1):
        y = x @ A.mT
        cost = cost + (y - right).square().mean(dim=(1, 2))
        told = told_or_own(right.flatten(0, 1), y.flatten(0, 1), rows, generator=dice)
        x = told.view_as(right)
    return cost / (seen.shape[1] - 1)


def guesses(world: str, learners: Sequence[Learner], updates: int) -> Tensor:
    """Return what each learner has learned (k, 2, 2), side by side, by Adam.

    The rate of each falls in a line to 0; its gradient has the length 1 at most. Who
    has the same seed sees the same paths.

    Args:
        world: One of WORLDS.
        learners: At least one.
        updates: 4 or more, of 64 fresh paths.

    Raises:
        ValueError: If it is unknown what is told, or a number is outside its range.
    """
    check_learners(learners, updates)
    seeds = sorted({one.seed for one in learners})
    dice = {seed: torch.Generator().manual_seed(60_000 + seed) for seed in seeds}
    which = torch.tensor([seeds.index(one.seed) for one in learners], dtype=torch.int64)
    lr = torch.tensor([one.lr for one in learners], dtype=torch.float64)[:, None, None]
    A = torch.eye(2, dtype=torch.float64).repeat(len(learners), 1, 1)
    m, v = torch.zeros_like(A), torch.zeros_like(A)
    # apart from the paths, which then do not hang on how many learn side by side
    throws = torch.Generator().manual_seed(61_000)
    for i in range(updates):
        batch = [paths(world, PATHS, generator=dice[seed]).seen for seed in seeds]
        seen = torch.stack(batch)[which]
        A = A.requires_grad_()
        cost = costs_alone(A, seen, shares(learners, i, updates), throws)
        (g,) = torch.autograd.grad(cost.sum(), A)
        A = A.detach()
        g = g / g.flatten(1).norm(dim=1).clamp(min=1)[:, None, None]
        m, v = BETA1 * m + (1 - BETA1) * g, BETA2 * v + (1 - BETA2) * g.square()
        mean, square = m / (1 - BETA1 ** (i + 1)), v / (1 - BETA2 ** (i + 1))
        A = A - lr * (1 - i / updates) * mean / (square.sqrt() + SMALL)
    return A


@torch.no_grad()
def free_run(A: Tensor, world: str, n: int, seed: int) -> Tensor:
    """Return the mean square error after 1, 2, ... steps (steps,), told its own guess.

    Args:
        A: The matrix (2, 2).
        world: One of WORLDS.
        n: How many paths.
        seed: Of the paths.
    """
    true = paths(world, n, STEPS, generator=torch.Generator().manual_seed(seed)).true
    x, errors = true[0], []
    for right in true[1:]:
        x = x @ A.mT
        errors.append((x - right).square().mean())
    return torch.stack(errors)


def check_learners(learners: Sequence[Learner], updates: int) -> None:
    """Refuse to tell what is unknown, and nobody.

    Raises:
        ValueError: If it is, or a number is outside its range.
    """
    check_at_least("learners", len(learners), 1)
    check_at_least("updates", updates, 4)
    for one in learners:
        check_positive("lr", one.lr)
        check_choice("told", one.told, TOLD)
