"""Digit lines: handwritten digits glued to a line, column by column, edges unmarked.

Chapter: book/rnn_ctc.md
Source:  the digits of ml2020/data/digits.py; how they are glued is our own rule, stated
         in `digit_lines`
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from ml2020.data.digits import digits
from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_shape,
)

SHORTEST, LONGEST, WIDEST_GAP = 2, 5, 2  # digits a line; empty columns between two
PARTS = {"learn": 900, "choose": 300, "judge": 597}
SHUFFLE = 2006


class Lines(NamedTuple):
    """Lines of handwriting, a frame for each column.

    Attributes:
        X: The ink of each column, time first, zeros behind the end (T, n, 8).
        lengths: Columns of each line (n,).
        texts: The digits of each line, each plus 1, since 0 is the blank.
        marks: What was glued where: a text's number, or 0 for a gap (T, n).
    """

    X: Tensor
    lengths: Tensor
    texts: list[list[int]]
    marks: Tensor


def digit_lines(
    images: Float[Tensor, "pictures 8 8"],
    shown: Int[Tensor, " pictures"],
    n: int,
    *,
    generator: torch.Generator | None = None,
) -> Lines:
    """Return lines of 2 to 5 digits, all numbers equally likely, each digit too.

    A digit gives its columns with ink, and before each and behind the last there are 0,
    1 or 2 empty columns. How wide a digit is, its writer has decided.

    Args:
        images: To be glued, rows first; each with some ink.
        shown: What each is, 0 to 9.
        n: How many lines, 1 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If there is no picture or no line, a picture is empty, has NaN or
            infinity, or shows no digit.
    """
    check_pictures(images, shown)
    check_at_least("n", n, 1)
    names = (shown + 1).tolist()
    sizes = torch.randint(SHORTEST, LONGEST + 1, (n,), generator=generator).tolist()
    X, marks, texts = [], [], []
    for size in sizes:
        which = torch.randint(len(names), (size,), generator=generator).tolist()
        gaps = torch.randint(WIDEST_GAP + 1, (size + 1,), generator=generator).tolist()
        ink, mark = [images.new_zeros(gaps[0], 8)], [0] * gaps[0]
        for k, gap in zip(which, gaps[1:], strict=True):
            digit = trimmed(images[k])
            ink += [digit, images.new_zeros(gap, 8)]
            mark += [names[k]] * len(digit) + [0] * gap
        X.append(torch.cat(ink))
        marks.append(torch.tensor(mark, dtype=torch.int64))
        texts.append([names[k] for k in which])
    lengths = torch.tensor([len(line) for line in X], dtype=torch.int64)
    return Lines(pad_sequence(X), lengths, texts, pad_sequence(marks))


def part_lines(part: str, n: int, *, generator: torch.Generator | None = None) -> Lines:
    """Return lines of digits of one part of the pictures; no picture is in two parts.

    Args:
        part: "learn", "choose" or "judge".
        n: How many lines, 1 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If there is no such part, or no line.
    """
    check_part(part)
    data, dice = digits(), torch.Generator().manual_seed(SHUFFLE)
    order = torch.randperm(len(data.labels), generator=dice)
    places = order.split(list(PARTS.values()))  # type: ignore[no-untyped-call]
    rows = dict(zip(PARTS, places, strict=True))[part]
    return digit_lines(data.images[rows], data.labels[rows], n, generator=generator)


def trimmed(image: Float[Tensor, "8 8"]) -> Float[Tensor, "columns 8"]:
    """Return a picture's columns, from the first with ink to the last."""
    inked = image.any(dim=0).nonzero()
    return image.T[int(inked[0]) : int(inked[-1]) + 1]


def check_pictures(images: Tensor, shown: Tensor) -> None:
    """Refuse what cannot be glued.

    Raises:
        ValueError: If there is no picture, or one is empty, has NaN or infinity, or
            shows no digit.
    """
    check_filled("images", images, "picture")
    check_finite("images", images)
    check_shape("shown", shown, (len(images),))
    if shown.min() < 0 or shown.max() > 9:
        raise ValueError("shown has numbers outside 0 to 9: name digits")
    if not images.flatten(1).any(dim=1).all():
        raise ValueError("images has one without ink: leave it out")


def check_part(part: str) -> None:
    """Refuse a part that is none.

    Raises:
        ValueError: If there is no such part.
    """
    if part not in PARTS:
        raise ValueError(f"part is {part}: choose one of {', '.join(PARTS)}")
