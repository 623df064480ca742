"""Digit draws: each network has digits of its own to learn from, choose by, judge by.

Chapter: book/compression_prune.md
Source:  the pictures are those of Alpaydin and Kaynak (1998), see ml2020.data.digits
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.digits import digits
from ml2020.support.checks import check_at_least, check_parts


class Draws(NamedTuple):
    """Digits in three parts; the second axis is the network to which they belong."""

    X: Float[Tensor, "learn networks 64"]
    y: Int[Tensor, "learn networks"]
    X_choose: Float[Tensor, "choose networks 64"]
    y_choose: Int[Tensor, "choose networks"]
    X_judge: Float[Tensor, "judge networks 64"]
    y_judge: Int[Tensor, "judge networks"]


def digit_draws(seeds: Sequence[int], learn: int = 1200, choose: int = 200) -> Draws:
    """Return the pictures shuffled anew for each network, and cut in three.

    Args:
        seeds: One for each network.
        learn: How many to learn from.
        choose: How many others to choose by; all the rest judges.

    Raises:
        ValueError: If there is no network, or a part would be empty.
    """
    check_at_least("seeds", len(seeds), 1)
    data = digits()
    check_parts(learn, choose, len(data.labels) - 1)
    orders = [
        torch.randperm(len(data.labels), generator=torch.Generator().manual_seed(seed))
        for seed in seeds
    ]
    order = torch.stack(orders, dim=1)
    X, y = data.images.flatten(1)[order], data.labels[order]
    sizes = [learn, choose, len(y) - learn - choose]
    pairs = zip(X.split(sizes), y.split(sizes), strict=True)  # type: ignore[no-untyped-call]
    return Draws(*(part for pair in pairs for part in pair))
