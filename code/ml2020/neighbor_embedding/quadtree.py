"""Barnes-Hut: from far away, many points are one point, in their middle.

Chapter: book/neighbor_embedding.md
Source:  Barnes and Hut (1986); van der Maaten (2014), section 4.2
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_features

DEEPEST = 50  # halvings: points that are nearer than that share a cell


class Cell(NamedTuple):
    """A square of the map: its side, how many points, their mean, its quarters."""

    side: float
    points: int
    mean: tuple[float, float]
    quarters: list["Cell"]


class Repulsion(NamedTuple):
    """What pushes points apart, and how many terms were summed for each of them."""

    push: Float[Tensor, "n 2"]  # sum over j of s_ij^2 (z_i - z_j)
    total: Float[Tensor, ""]  # sum over pairs of s_ij
    terms: Int[Tensor, " n"]


def quadtree(Z: Float[Tensor, "n 2"]) -> Cell:
    """Return the square around all points, cut into quarters until each has one.

    Args:
        Z: The map, in two dimensions.

    Raises:
        ValueError: If there is no point, or a number is not finite.
    """
    check_features("Z", Z)
    low, high = Z.min(dim=0).values, Z.max(dim=0).values
    x, y = ((low + high) / 2).tolist()
    side = max((high - low).max().item(), 1e-12)
    return cut([tuple(z) for z in Z.tolist()], (x, y), side, DEEPEST)


def cut(
    points: list[tuple[float, ...]], middle: tuple[float, float], side: float, left: int
) -> Cell:
    """Return a cell of these points; it may be halved so many times more."""
    n = len(points)
    mean = sum(p[0] for p in points) / n, sum(p[1] for p in points) / n
    if n == 1 or not left:
        return Cell(side, n, mean, [])
    parts: dict[tuple[bool, bool], list[tuple[float, ...]]] = {}
    for p in points:
        parts.setdefault((p[0] > middle[0], p[1] > middle[1]), []).append(p)
    (x, y), step = middle, side / 4
    quarters = [
        cut(
            part,
            (
                x + (step if right else -step),
                y + (step if up else -step),
            ),
            side / 2,
            left - 1,
        )
        for (right, up), part in parts.items()
    ]
    return Cell(side, n, mean, quarters)


def asked_cells(cell: Cell, x: float, y: float, theta: float) -> list[Cell]:
    """Return the cells that stand for all points, seen from (x, y).

    A cell is asked as a whole if its side is less than theta times its distance.
    """
    distance2 = (x - cell.mean[0]) ** 2 + (y - cell.mean[1]) ** 2
    if not cell.quarters or cell.side**2 < theta**2 * distance2:
        return [cell]
    return [c for part in cell.quarters for c in asked_cells(part, x, y, theta)]


def repulsion(Z: Float[Tensor, "n 2"], theta: float) -> Repulsion:
    """Return the push on each point, by a tree.

    Args:
        Z: The map, in two dimensions.
        theta: How wide a cell may look, 0 or more; at 0 each point is asked alone.

    Raises:
        ValueError: If there is no point, a number is not finite, or theta negative.
    """
    check_features("Z", Z)
    check_at_least("theta", theta, 0)
    tree = quadtree(Z)
    push, total, terms = torch.zeros_like(Z), Z.new_zeros(()), []
    for i, (x, y) in enumerate(Z.tolist()):
        cells = asked_cells(tree, x, y, theta)
        count = Z.new_tensor([cell.points for cell in cells])
        apart = Z[i] - Z.new_tensor([cell.mean for cell in cells])
        s = 1 / (1 + (apart**2).sum(dim=1))
        push[i] = (count * s**2) @ apart
        total += (count * s).sum() - 1  # the point itself, at distance 0
        terms.append(len(cells))
    return Repulsion(push, total, torch.tensor(terms, dtype=torch.int64))
