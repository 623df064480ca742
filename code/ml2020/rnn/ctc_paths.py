"""CTC paths: how frames spell a target, with a blank between equal labels.

Chapter: book/rnn_ctc.md
Source:  Graves, Fernandez, Gomez and Schmidhuber (2006), section 3.1,
         https://doi.org/10.1145/1143844.1143891
"""

import math
from collections.abc import Hashable, Sequence
from itertools import groupby, pairwise
from typing import TypeVar

import torch
from torch import Tensor

from ml2020.support.checks import check_no_blank

NEVER = -math.inf  # the logarithm of what is impossible
Label = TypeVar("Label", bound=Hashable)


def collapse(path: Sequence[Label], blank: Label | int = 0) -> list[Label]:
    """Return what a path spells: each run of equal labels once, then no blanks.

    Args:
        path: A label for each frame.
        blank: The label that says nothing.
    """
    return [label for label, _ in groupby(path) if label != blank]


def extended(labels: Sequence[int], blank: int = 0) -> list[int]:
    """Return the labels with a blank before, between and behind them.

    Raises:
        ValueError: If a label is the blank.
    """
    check_no_blank("labels", labels, blank)
    with_blanks = [blank]
    for label in labels:
        with_blanks += [label, blank]
    return with_blanks


def frames_needed(labels: Sequence[int]) -> int:
    """Return how many frames a target needs: labels, and blanks between equal ones."""
    return len(labels) + sum(a == b for a, b in pairwise(labels))


def may_skip(with_blanks: Sequence[int]) -> Tensor:
    """Return where a path may come from two places before: over a blank.

    Not onto a blank, and not from a label to an equal one, which would be one run.
    """
    skips = [False, False]
    for before, here in zip(with_blanks, with_blanks[2:], strict=False):
        skips.append(here not in (before, with_blanks[0]))
    return torch.tensor(skips[: len(with_blanks)], dtype=torch.bool)
