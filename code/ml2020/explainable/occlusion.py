"""Occlusion: cover a part, and see what the score loses.

Chapter: book/explainable_local.md
Source:  Zeiler and Fergus (2014), section 4.2, https://arxiv.org/abs/1311.2901; the
         mean over all boxes that cover a dot is ours
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.explainable.score import Score
from ml2020.support.checks import check_asked, check_at_least

Pictures = Float[Tensor, "n channels rows columns"]


@torch.no_grad()
def occlusion(
    score: Score, x: Pictures, colour: float, box: int, stride: int = 1
) -> Float[Tensor, "n 1 rows columns"]:
    """Return for each dot what the score loses, in the mean over boxes that cover it.

    Args:
        score: Maps pictures to one number each.
        x: Pictures; they stay as they are.
        colour: What the box is filled with.
        box: Its rows and columns, no more than the picture has.
        stride: How far it moves; no more than it is wide, so that no dot is left out.

    Raises:
        ValueError: If there is no picture, the box does not fit, a number is NaN or
            infinite, or the score is not one number a picture.
    """
    check_boxes(x, box, stride)
    check_asked(score, x, torch.full_like(x, colour))
    whole = score(x)
    lost = torch.zeros_like(x[:, :1])
    covers = torch.zeros_like(lost[0])
    for top in places(x.shape[2], box, stride):
        for left in places(x.shape[3], box, stride):
            part = (..., slice(top, top + box), slice(left, left + box))
            covered = x.clone()
            covered[part] = colour
            lost[part] += (whole - score(covered))[:, None, None, None]
            covers[part] += 1
    return lost / covers


def places(side: int, box: int, stride: int) -> list[int]:
    """Return where the box begins; the last one ends at the edge."""
    return sorted({*range(0, side - box, stride), side - box})


def check_boxes(x: Tensor, box: int, stride: int) -> None:
    """Refuse a box that does not fit, and strides that leave dots out.

    Raises:
        ValueError: If it is empty or larger than the picture, or its stride is below 1
            or above its width.
    """
    check_at_least("box", box, 1)
    check_at_least("stride", stride, 1)
    if box > min(x.shape[2:]):
        raise ValueError(f"box is {box}: give at most {min(x.shape[2:])}")
    if stride > box:
        raise ValueError(f"stride is {stride}: give at most {box}, the box's width")
