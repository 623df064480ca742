"""Line marks: a label for each column of a line, guessed, or parted between twins.

Chapter: book/rnn_ctc.md
Source:  our own; equal shares are how a recogniser without marks is usually begun, a
         "flat start"
"""

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.rnn.digit_lines import Lines

Marks = Int[Tensor, "T n"]


def true_marks(lines: Lines, *, parted: bool = False) -> Marks:
    """Return what was glued where.

    Args:
        lines: Of digits.
        parted: Whether a blank, two columns wide, parts equal digits that touch.
    """
    return part(lines.marks, lines.starts) if parted else lines.marks


def even_marks(lines: Lines, *, parted: bool = False) -> Marks:
    """Return marks as if all digits of a line were equally wide, without gaps.

    Column t of T, counted from 0, belongs to the digit number t U / T, rounded down.

    Args:
        lines: Of digits.
        parted: Whether a blank, two columns wide, parts equal neighbours.
    """
    marks, starts = torch.zeros_like(lines.marks), torch.zeros_like(lines.starts)
    for k, (text, length) in enumerate(
        zip(lines.texts, lines.lengths.tolist(), strict=True)
    ):
        places = torch.arange(length) * len(text) // length
        marks[:length, k] = torch.tensor(text, dtype=torch.int64)[places]
        starts[1:length, k] = places[1:] != places[:-1]
    return part(marks, starts) if parted else marks


def part(marks: Marks, starts: Tensor) -> Marks:
    """Return the marks with a blank on both sides of each border of equal digits."""
    twin = starts[1:] & (marks[1:] == marks[:-1])  # column t + 1 begins an equal one
    parted = marks.clone()
    parted[1:][twin] = 0
    parted[:-1][twin] = 0
    return parted
