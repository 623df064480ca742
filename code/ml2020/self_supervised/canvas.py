"""Canvas: digits placed at random, so that where the ink is says nothing of the digit.

Chapter: book/self_supervised.md
Source:  our own rule, on the digits of ml2020/data/digits.py
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.digits import digits
from ml2020.support.checks import check_at_least, check_filled

SIDE, CLASSES = 14, 10
EACH, CHOOSE = 120, 197  # pictures of each digit to learn from; others to choose by


class CanvasTask(NamedTuple):
    """Parts of the 1,797 digits, none in two of them.

    The digits of the pool take turns, so that its first n pictures, those with a label,
    have as many of each.
    """

    pool: Float[Tensor, "1200 1 14 14"]  # to learn from, most of them without labels
    pool_y: Int[Tensor, " 1200"]
    choose: Float[Tensor, "197 1 14 14"]
    choose_y: Int[Tensor, " 197"]
    judge: Float[Tensor, "400 1 14 14"]
    judge_y: Int[Tensor, " 400"]


def placed(
    images: Float[Tensor, "n rows rows"],
    side: int,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "n 1 side side"]:
    """Return each picture somewhere on an empty canvas, all places equally likely.

    Args:
        images: Squares.
        side: Rows and columns of the canvas, as many as those of a picture or more.
        generator: Seed it to draw the places again.

    Raises:
        ValueError: If there is no picture, or the canvas is too small.
    """
    check_filled("images", images, "picture")
    n, rows, _ = images.shape
    check_at_least("side", side, rows)
    at = torch.randint(side - rows + 1, (2, n, 1), generator=generator)
    i, j = at + torch.arange(rows)
    canvas = images.new_zeros(n, 1, side, side)
    canvas[torch.arange(n)[:, None, None], 0, i[:, :, None], j[:, None, :]] = images
    return canvas


def canvas_task(seed: int) -> CanvasTask:
    """Return the parts that a seed draws, each digit at one place for good."""
    images, labels = digits()
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(images), generator=generator)
    by_class = [order[labels[order] == digit] for digit in range(CLASSES)]
    pool = torch.stack([rows[:EACH] for rows in by_class], dim=1).flatten()
    taken = torch.zeros(len(images), dtype=torch.bool).index_fill(0, pool, True)
    rest = order[~taken[order]]
    X = placed(images, SIDE, generator=generator)
    choose, judge = rest[:CHOOSE], rest[CHOOSE:]
    return CanvasTask(
        X[pool], labels[pool], X[choose], labels[choose], X[judge], labels[judge]
    )
