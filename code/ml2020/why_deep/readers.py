"""Readers: several networks learn side by side to name written digits.

Chapter: book/why_deep.md
Source:  the chapter's own experiment; for the digits see ml2020.deep_learning.study
"""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.deep_learning import side_by_side
from ml2020.gradient_descent import Rule, shuffled_batches
from ml2020.optimization import train
from ml2020.support.checks import check_at_least

BATCH = 100


def learn_digits(
    rule: Rule[Any],
    start: Float[Tensor, "networks parameters"],
    sizes: Sequence[int],
    X: Float[Tensor, "n 64"],
    labels: Int[Tensor, " n"],
    epochs: int,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "networks parameters"]:
    """Return what networks of rectifiers are after cross-entropy on ten digits.

    Args:
        rule: How each gradient becomes a step.
        start: Where each network begins.
        sizes: 64, those of the hidden layers, and 10.
        X: The dots of the pictures.
        labels: The digits on them.
        epochs: How often each picture is learned from, 1 or more.
        generator: Of the order of the pictures, the same for all networks.

    Raises:
        ValueError: If epochs is below 1, the sizes are others, there are fewer than 100
            pictures, or start does not fit.
    """
    check_reader(sizes, len(X))
    check_at_least("epochs", epochs, 1)

    def loss(theta: Tensor, rows: Tensor) -> Tensor:
        z = side_by_side(theta, sizes, X[rows].expand(len(theta), -1, -1))
        shown = labels[rows].expand(len(theta), -1)
        wrong = F.cross_entropy(z.mT, shown, reduction="none")
        return wrong.mean(dim=1)

    batches = shuffled_batches(len(X), BATCH, epochs, generator=generator)
    theta, _ = train(rule, start, loss, batches)
    return theta


def check_reader(sizes: Sequence[int], pictures: int) -> None:
    """Raise a ValueError at networks of other sizes, or fewer pictures than a batch."""
    if pictures < BATCH:
        raise ValueError(f"X has {pictures}: give {BATCH} pictures or more")
    if not sizes or (sizes[0], sizes[-1]) != (64, 10):
        raise ValueError(f"sizes are {tuple(sizes)}: begin with 64, end with 10")
