"""Patches: from which of eight photographs is this piece of 32 by 32 dots?

Chapter: book/cnn_inside.md
Source:  the chapter's own task; for the photographs see ml2020.data.photographs
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.cnn.network import convnet
from ml2020.data.photographs import SUBJECTS, photographs
from ml2020.support.checks import check_at_least

SIDE = 32  # dots
LEARN = 96  # columns from the left, to learn from; the others judge


def patch_net() -> nn.Sequential:
    """Return the convolutional network that is to tell the photographs apart."""
    return convnet(SIDE, (12, 24), 32, len(SUBJECTS))


def patches(
    count: int, *, judge: bool, generator: torch.Generator | None = None
) -> tuple[Float[Tensor, "count 1 32 32"], Int[Tensor, " count"]]:
    """Return pieces of the photographs, cut by chance, and where each is from.

    Args:
        count: How many, 1 or more.
        judge: Whether they come from the right part of the photographs; else from the
            left one, which shares no dot with it.
        generator: Seed it to cut the same again.

    Raises:
        ValueError: If count is below 1.
    """
    check_at_least("count", count, 1)
    all_photographs = photographs()
    rows, columns = all_photographs.shape[1:]
    first, last = (LEARN, columns) if judge else (0, LEARN)
    y = torch.randint(len(SUBJECTS), (count,), generator=generator)
    top = torch.randint(rows - SIDE + 1, (count,), generator=generator)
    left = first + torch.randint(last - first - SIDE + 1, (count,), generator=generator)
    cuts = all_photographs.unfold(1, SIDE, 1).unfold(2, SIDE, 1)
    return cuts[y, top, left][:, None], y
