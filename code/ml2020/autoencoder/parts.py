"""Parts: digits to learn from, to choose by, and to judge with, without a draw.

Chapter: book/autoencoder_codes.md
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_features

Rows = Float[Tensor, "_ d"]
Labels = Int[Tensor, "_"]


class Parts(NamedTuple):
    """Examples as rows, and what they show."""

    learn: Rows
    choose: Rows
    judge: Rows
    learn_labels: Labels
    choose_labels: Labels
    judge_labels: Labels


def parted(X: Float[Tensor, "n d"], labels: Int[Tensor, " n"]) -> Parts:
    """Return three fifths to learn from, a fifth to choose by, a fifth to judge with.

    Of each five rows the first three, the fourth and the fifth.

    Raises:
        ValueError: If there are fewer than five rows, or a number is not finite.
    """
    check_five(X)
    turn = torch.arange(len(X)) % 5
    learn, choose, judge = turn < 3, turn == 3, turn == 4
    found = [
        part
        for data in (X, labels)
        for part in (data[learn], data[choose], data[judge])
    ]
    return Parts(*found)


def check_five(X: Tensor) -> None:
    """Refuse fewer rows than fill all parts."""
    check_features("X", X)
    if len(X) < 5:
        raise ValueError(f"X has {len(X)} rows: give five or more")
