"""Parts: what a picture is worth if only some of its parts are kept.

Chapter: book/explainable_local.md
Source:  Ribeiro, Singh and Guestrin (2016), section 3.4: 1 means kept, 0 greyed out
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ml2020.explainable.score import Score
from ml2020.support.checks import check_asked


@torch.no_grad()
def worths(
    score: Score,
    x: Float[Tensor, "1 channels rows columns"],
    baseline: Float[Tensor, "1 channels rows columns"],
    number: Int[Tensor, "rows columns"],
    kept: Bool[Tensor, "samples parts"],
) -> Float[Tensor, " samples"]:
    """Return the score of one picture with some parts kept, the others as the baseline.

    Args:
        score: Maps pictures to one number each.
        x: The picture.
        baseline: What stands where a part is gone.
        number: The part that each dot belongs to, from 0.
        kept: Which parts each sample keeps.

    Raises:
        ValueError: If a dot belongs to no part, the baseline has another shape, or a
            number is NaN or infinite.
    """
    check_asked(score, x, baseline)
    check_numbers(number, x, kept.shape[1])
    shown = kept[:, number][:, None]  # (samples, 1, rows, columns)
    return score(torch.where(shown, x, baseline))


def by_part(a: Float[Tensor, "n channels rows columns"], number: Tensor) -> Tensor:
    """Return the sum of an attribution over each part.

    Raises:
        ValueError: If the numbers have another shape than the dots, or are negative.
    """
    check_numbers(number, a, int(number.max()) + 1)
    parts = int(number.max()) + 1
    sums = a.new_zeros(len(a), parts)
    return sums.index_add(1, number.flatten(), a.sum(dim=1).flatten(1))


def check_numbers(number: Tensor, x: Tensor, parts: int) -> None:
    """Refuse parts that do not fit to the picture.

    Raises:
        ValueError: If the numbers have another shape, or are not 0 to parts - 1.
    """
    if number.shape != x.shape[2:]:
        shapes = f"{tuple(number.shape)}: give {tuple(x.shape[2:])}"
        raise ValueError(f"number has the shape {shapes}, a part for each dot")
    if number.min() < 0 or number.max() >= parts:
        raise ValueError(f"number has parts outside 0 to {parts - 1}: number them so")
