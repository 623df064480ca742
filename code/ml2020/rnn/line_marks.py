"""Line marks: a label for each column of a line whose borders nobody has marked.

Chapter: book/rnn_ctc.md
Source:  our own; equal shares are how a recogniser without marks is usually begun, a
         "flat start"
"""

from itertools import pairwise

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.rnn.digit_lines import Lines


def even_marks(lines: Lines, *, gaps: bool = False) -> Int[Tensor, "T n"]:
    """Return marks as if all digits of a line were equally wide, without gaps.

    Column t of T, counted from 0, belongs to the digit number t U / T, rounded down.

    Args:
        lines: Of digits.
        gaps: Whether the columns on both sides of a border become blanks.

    Raises:
        ValueError: If a line has no digit, or so few columns that a digit gets none. A
            digit's share is a column at least, and with gaps one more for each border.
    """
    check_shares(lines, gaps)
    marks = torch.zeros_like(lines.marks)
    for k, (text, length) in enumerate(
        zip(lines.texts, lines.lengths.tolist(), strict=True)
    ):
        shares = torch.arange(length) * len(text) // length
        row = torch.tensor(text, dtype=torch.int64)[shares]
        if gaps:
            border = shares[1:] != shares[:-1]
            row[1:][border] = 0
            row[:-1][border] = 0
        marks[:length, k] = row
    return marks


def check_shares(lines: Lines, gaps: bool) -> None:
    """Refuse lines in which a digit would get no column.

    Raises:
        ValueError: As `even_marks` says.
    """
    for k, (text, length) in enumerate(
        zip(lines.texts, lines.lengths.tolist(), strict=True)
    ):
        if not text:
            raise ValueError(f"lines.texts[{k}] is empty: drop lines without digits")
        last = len(text) - 1
        edges = [-(-u * length // len(text)) for u in range(len(text) + 1)]
        for u, (start, end) in enumerate(pairwise(edges)):
            if end - start <= gaps * ((u > 0) + (u < last)):
                raise ValueError(
                    f"lines.lengths[{k}] is {length}: {len(text)} digits need more"
                )
