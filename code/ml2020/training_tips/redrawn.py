"""Redrawn: labels of which some are drawn anew, as a careless teacher would.

Chapter: book/training_tips_testing.md
Source:  the chapter's own experiment
"""

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_filled, check_share


def redrawn(
    labels: Int[Tensor, " n"],
    share: float,
    classes: int,
    *,
    generator: torch.Generator | None = None,
) -> Int[Tensor, " n"]:
    """Return labels, each drawn anew with some probability, from all classes alike.

    One of `classes` that are drawn anew comes out right, so that fewer are false.

    Args:
        labels: The right ones, from 0.
        share: The probability with which each is drawn anew, in [0, 1).
        classes: How many there are to draw from, 1 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If there is no label, or a number is outside its range.
    """
    check_filled("labels", labels, "label")
    check_share("share", share)
    check_at_least("classes", classes, 1)
    drawn = torch.randint(0, classes, labels.shape, generator=generator)
    moved = torch.rand(labels.shape, generator=generator, dtype=torch.float32) < share
    return torch.where(moved, drawn.to(labels), labels)
