"""Scenes: small pictures of coloured shapes, and what has to be said of them.

Chapter: book/conditional_generation_sequence.md
Source:  a grammar of our own, so that right and wrong can be decided
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least

COLOURS = {  # by red, green and blue
    **{"red": (0.9, 0.2, 0.2), "green": (0.2, 0.7, 0.3)},
    **{"blue": (0.2, 0.4, 0.9), "yellow": (0.9, 0.8, 0.1)},
}
SHAPES = {  # drawn in 6 by 6 dots
    "square": "###### ###### ###### ###### ###### ######",
    "disc": "..##.. .####. ###### ###### .####. ..##..",
    "cross": "..##.. ..##.. ###### ###### ..##.. ..##..",
    "ring": "###### #....# #....# #....# #....# ######",
}
WORDS = ("a", "and", ",", *COLOURS, *SHAPES)
STOP = len(WORDS)  # the word that ends a caption
SIDE, CELL, MOST = 2, 8, 3  # cells in a row; dots of a cell; objects of a scene
LONGEST = 4 * MOST  # words of a caption, with the one that ends it


class Scenes(NamedTuple):
    """Pictures, and what is on them.

    Attributes:
        X: Red, green and blue of each dot, 0 to 1 (n, 3, 16, 16).
        there: The object of each cell, row after row: 4 times the colour, plus the
            shape; -1 where there is none (n, 4).
        Y: The caption (n, 12): words, then STOP, then -100.
    """

    X: Float[Tensor, "n 3 side side"]
    there: Int[Tensor, "n cells"]
    Y: Int[Tensor, "n words"]


def scenes(n: int, *, generator: torch.Generator | None = None) -> Scenes:
    """Return n scenes of 1 to 3 objects in a grid of 2 by 2 cells.

    Args:
        n: 1 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If there is none.
    """
    check_at_least("n", n, 1)
    cells = SIDE * SIDE
    order = torch.rand(n, cells, generator=generator, dtype=torch.float32).argsort(1)
    count = torch.randint(1, MOST + 1, (n, 1), generator=generator)
    kind = torch.randint(len(COLOURS) * len(SHAPES), (n, cells), generator=generator)
    there = torch.where(order < count, kind, -1)
    at = torch.randint(3, (n, cells, 2), generator=generator)
    X = torch.ones(n, 3, SIDE * CELL, SIDE * CELL, dtype=torch.float32)
    Y = torch.full((n, LONGEST), -100, dtype=torch.int64)
    for k, row in enumerate(there.tolist()):
        for cell in (c for c in range(cells) if row[c] >= 0):
            down, right = at[k, cell].tolist()
            top, left = CELL * (cell // SIDE) + down, CELL * (cell % SIDE) + right
            X[k, :, top : top + 6, left : left + 6] = stamp(row[cell])
        words = [*caption(row), STOP]
        Y[k, : len(words)] = torch.tensor(words, dtype=torch.int64)
    return Scenes(X, there, Y)


def stamp(kind: int) -> Float[Tensor, "3 6 6"]:
    """Return an object on white."""
    rows = list(SHAPES.values())[kind % len(SHAPES)].split()
    ink = torch.tensor([[dot == "#" for dot in row] for row in rows], dtype=torch.bool)
    colour = list(COLOURS.values())[kind // len(SHAPES)]
    full = torch.tensor(colour, dtype=torch.float32)[:, None, None]
    return torch.where(ink, full, 1.0)


def caption(there: Sequence[int]) -> list[int]:
    """Return what has to be said: the objects, row after row, without STOP.

    Args:
        there: The object of each cell, -1 where there is none.

    Raises:
        ValueError: If there is no object at all.
    """
    objects = [kind for kind in there if kind >= 0]
    check_at_least("objects of there", len(objects), 1)
    said: list[int] = []
    for k, kind in enumerate(objects):
        if k:
            said.append(WORDS.index("and" if k == len(objects) - 1 else ","))
        colour = 3 + kind // len(SHAPES)
        said += [0, colour, 3 + len(COLOURS) + kind % len(SHAPES)]
    return said


def objects_of(said: Sequence[int]) -> list[int] | None:
    """Return the objects that a caption names, or None if it breaks the grammar."""
    found, rest = [], list(said)
    while rest:
        a, colour, shape, *rest = [*rest, -1, -1, -1][: max(3, len(rest))]
        if a != 0 or not 3 <= colour < 7 or not 7 <= shape < STOP:
            return None
        found.append(4 * (colour - 3) + shape - 7)
        if rest:
            wanted = 1 if len(rest) == 4 else 2
            if rest.pop(0) != wanted or not rest:
                return None
    return found


def in_words(said: Sequence[int]) -> str:
    """Return a caption as text."""
    return " ".join(WORDS[k] for k in said).replace(" ,", ",")
