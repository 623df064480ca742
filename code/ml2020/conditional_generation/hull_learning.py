"""Hull learning: sets of 5 to 10 points to learn from, and how walks are judged.

Chapter: book/conditional_generation_pointing.md
Source:  Vinyals, Fortunato and Jaitly (2015), section 4.2,
         https://arxiv.org/abs/1506.03134
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ml2020.conditional_generation.hulls import END, enclosed, hulls, point_sets
from ml2020.conditional_generation.learning import first, learned
from ml2020.conditional_generation.pointer import Pointer, pointed
from ml2020.support.checks import check_at_least

FEWEST, MOST, BATCH = 5, 10, 64  # points of a set to learn from; sets of an update
UNITS = 64


class Walks(NamedTuple):
    """How good walks round sets of points are.

    Attributes:
        exact: The share that name the right corners in the right order.
        corners: The share that name the right corners, in whatever order.
        area: The enclosed area, as a share of the hull's; 0 for a polygon that crosses
            itself or is none.
    """

    exact: float
    corners: float
    area: float


def hull_learner(
    reader: str, seed: int, lr: float, updates: int, most: int = MOST
) -> Pointer:
    """Return a network that has learned from fresh sets, all sets of one seed.

    Args:
        reader: "in turn" or "all at once".
        seed: Of the first weights and of the sets.
        lr: The first rate.
        updates: 1 or more.
        most: Points of a set at most; the sizes from 5 on take turns.

    Raises:
        ValueError: If that are fewer than 5.
    """
    check_at_least("most", most, FEWEST)
    dice = torch.Generator().manual_seed(10_000 + seed)

    def loss(model: Pointer, t: int) -> Tensor:
        P = point_sets(FEWEST + t % (most - FEWEST + 1), BATCH, generator=dice)
        C = hulls(P)
        return F.cross_entropy(model(P, C).flatten(0, 1), C.flatten())

    return learned(first(lambda: Pointer(UNITS, reader), seed), loss, lr, updates)


def walk_shares(P: Tensor, walks: Sequence[Sequence[int]]) -> Walks:
    """Return how good walks are.

    Args:
        P: The sets of points (batch, n, 2).
        walks: As many, of numbers from 1 on, without END.
    """
    exact = corners = 0
    area = 0.0
    for points, walk, row in zip(P, walks, hulls(P).tolist(), strict=True):
        right = row[: row.index(END)]
        exact += right == list(walk)
        corners += sorted(right) == sorted(walk)
        if simple(points, walk):
            area += enclosed(points, list(walk)) / enclosed(points, right)
    return Walks(*(v / len(P) for v in (exact, corners, area)))


def simple(P: Tensor, walk: Sequence[int]) -> bool:
    """Return whether a walk is a polygon, counter-clockwise, that never crosses itself.

    Args:
        P: The points (n, 2).
        walk: Numbers from 1 on.
    """
    if len(walk) < 3 or len(set(walk)) < len(walk) or enclosed(P, list(walk)) <= 0:
        return False
    at = [P[k - 1].tolist() for k in walk]
    edges = list(zip(at, [*at[1:], at[0]], strict=True))
    return not any(
        crosses(*edges[i], *edges[j]) for j in range(len(edges)) for i in range(j)
    )


def crosses(a: list[float], b: list[float], c: list[float], d: list[float]) -> bool:
    """Return whether the way from a to b crosses that from c to d."""

    def left(o: list[float], p: list[float], q: list[float]) -> float:
        return (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0])

    apart = left(a, b, c) * left(a, b, d) < 0
    return apart and left(c, d, a) * left(c, d, b) < 0


def walked(model: Pointer, n: int, sets: int, seed: int, once: bool = False) -> Walks:
    """Return how good a network's walks round fresh sets of n points are."""
    P = point_sets(n, sets, generator=torch.Generator().manual_seed(seed))
    return walk_shares(P, pointed(model, P, once))
