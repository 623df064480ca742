"""Rotation: turn a picture by quarter turns, and ask by how many.

Chapter: book/self_supervised.md
Source:  Gidaris, Singh and Komodakis (2018), equations 2 and 3,
         https://arxiv.org/abs/1803.07728
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_filled

TURNS = 4


class Turned(NamedTuple):
    """Pictures after quarter turns to the left, and how many each was given."""

    X: Float[Tensor, "all 1 side side"]
    r: Int[Tensor, " all"]


def turned(x: Float[Tensor, "n 1 side side"], turns: int = TURNS) -> Turned:
    """Return all pictures upright, then all turned once, and so on.

    Args:
        x: Pictures.
        turns: How many ways to turn them are asked about, 2 to 4.

    Raises:
        ValueError: If there is no picture, or turns is out of range.
    """
    check_filled("x", x, "picture")
    check_at_least("turns", turns, 2)
    check_turns(turns)
    X = torch.cat([torch.rot90(x, r, (2, 3)) for r in range(turns)])
    return Turned(X, torch.arange(turns).repeat_interleave(len(x)))


def check_turns(turns: int) -> None:
    """Refuse a turn that would come back to the start.

    Raises:
        ValueError: If there are more than four.
    """
    if turns > TURNS:
        raise ValueError(f"turns is {turns}: give 4 at most, the next is upright again")
