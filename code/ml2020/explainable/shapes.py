"""Shapes: drawn pictures whose label has a known cause, in a known place.

Chapter: book/explainable_local.md
Source:  the chapter's own; the frame stands for the lecture's story of two file formats
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least

CELLS, CELL = 3, 9  # a row of cells, and a row of dots in one
SIDE = CELLS * CELL
DRAWING = 7  # rows and columns of what is drawn into a cell
GROUND = 0.1  # the mean of the paper, which is noise from 0 to twice that
CLASSES = ("ring", "square")  # the labels 0 and 1
OTHERS = ("plus", "cross")  # what stands beside, and says nothing of the label
Dots = Float[Tensor, "n 1 side side"]


class Shapes(NamedTuple):
    """Pictures with two drawings each, one that decides and one that does not."""

    X: Float[Tensor, "n 1 27 27"]  # ink, 0 (white) to 1
    y: Int[Tensor, " n"]  # 0: there is a ring; 1: there is a square
    cause: Int[Tensor, " n"]  # the cell in which it stands, 0 to 8, row by row
    other: Int[Tensor, " n"]  # what else is there: 0, a plus; 1, a cross
    place: Int[Tensor, " n"]  # the cell in which that stands


def drawings() -> Bool[Tensor, "4 7 7"]:
    """Return where ring, square, plus and cross have ink."""
    rows, columns = torch.meshgrid(
        torch.arange(DRAWING), torch.arange(DRAWING), indexing="ij"
    )
    down, right = (rows - 3).abs(), (columns - 3).abs()
    far = down**2 + right**2
    ring = (far >= 6) & (far <= 12)
    square = torch.maximum(down, right) == 3
    plus = (down == 0) | (right == 0)
    cross = (down - right).abs() == 0
    return torch.stack([ring, square, plus, cross])


def shapes(n: int, *, generator: torch.Generator | None = None) -> Shapes:
    """Draw pictures: a ring or a square, in another cell a plus or a cross, noise.

    Everything but the label's own drawing is independent of the label.

    Args:
        n: How many, 1 or more.
        generator: Seed it to draw them again.

    Raises:
        ValueError: If n is below 1.
    """
    check_at_least("n", n, 1)
    y, other = torch.randint(2, (2, n), generator=generator)
    order = torch.rand(n, CELLS**2, generator=generator, dtype=torch.float32)
    places = order.argsort(dim=1)[:, :2]
    corners = torch.randint(CELL - DRAWING + 1, (n, 2, 2), generator=generator)
    corners[..., 0] += CELL * (places // CELLS)
    corners[..., 1] += CELL * (places % CELLS)
    shades = torch.rand(n, 2, generator=generator, dtype=torch.float32)
    shades = 0.5 + 0.5 * shades
    X = torch.rand(n, 1, SIDE, SIDE, generator=generator, dtype=torch.float32)
    X *= 2 * GROUND
    masks = drawings()
    for k in range(n):
        for which, kind in enumerate((y[k], 2 + other[k])):
            down, right = corners[k, which].tolist()
            part = X[k, 0, down : down + DRAWING, right : right + DRAWING]
            part[masks[kind]] = shades[k, which]
    return Shapes(X, y, places[:, 0], other, places[:, 1])


def framed(X: Dots, rows: Bool[Tensor, " n"]) -> Dots:
    """Return pictures of which some have a frame of full ink, one dot wide."""
    found = X.clone()
    found[rows] = torch.where(frame_of(X), torch.ones_like(X), X)[rows]
    return found


def frame_of(X: Dots) -> Bool[Tensor, "side side"]:
    """Return which dots of such pictures a frame covers."""
    frame = torch.ones(X.shape[2:], dtype=torch.bool, device=X.device)
    frame[1:-1, 1:-1] = False
    return frame


def cell_mask(cells: Int[Tensor, " n"]) -> Bool[Tensor, "n 1 27 27"]:
    """Return for each picture the dots of one cell, 0 to 8, row by row.

    Raises:
        ValueError: If there is no such cell.
    """
    check_cells(cells)
    return (cell_numbers().to(cells.device) == cells[:, None, None])[:, None]


def cell_numbers() -> Int[Tensor, "27 27"]:
    """Return for each dot the number of its cell."""
    along = torch.arange(SIDE) // CELL
    return CELLS * along[:, None] + along


def swept(X: Dots, cells: Int[Tensor, " n"], paper: float = GROUND) -> Dots:
    """Return pictures in which one cell each has become plain paper."""
    return torch.where(cell_mask(cells), torch.full_like(X, paper), X)


def check_cells(cells: Tensor) -> None:
    """Refuse cells that are not there.

    Raises:
        ValueError: If one is below 0 or above 8.
    """
    if cells.numel() and not 0 <= int(cells.min()) <= int(cells.max()) < CELLS**2:
        raise ValueError(f"cells has {cells.tolist()}: give 0 to {CELLS**2 - 1}")
