"""Supervised: the rival, the same reader taught by the labels alone.

Chapter: book/self_supervised.md
Source:  our own experiment; Adam of Kingma and Ba (2015), as torch has it
"""

import copy

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.cnn.network import drawn
from ml2020.self_supervised.canvas import CLASSES
from ml2020.self_supervised.learning import READ
from ml2020.self_supervised.reader import FEATURES, reader
from ml2020.self_supervised.views import viewed
from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_learned,
    check_positive,
)


def namer() -> nn.Sequential:
    """Return a linear layer from the features to a score of each digit."""
    return nn.Sequential(nn.Linear(FEATURES, CLASSES))


def taught(
    x: Float[Tensor, "n 1 14 14"],
    y: Int[Tensor, " n"],
    lr: float,
    steps: int,
    seed: int,
    *,
    in_views: bool = False,
    start: nn.Sequential | None = None,
) -> nn.Sequential:
    """Return a reader with a layer that names digits, both taught by labels.

    Args:
        x: Pictures with a label.
        y: What they show.
        lr: The rate of Adam, positive.
        steps: Updates, 1 or more, each from as many pictures as in `pretrained`, drawn
            with replacement.
        seed: Of the first numbers, the batches and the views.
        in_views: Show a new view at each update instead of the picture.
        start: A reader to begin with, fine-tuned; it stays as it is.

    Raises:
        ValueError: If there is no picture, a number is out of range, or the numbers
            become NaN or infinite.
    """
    check_filled("x", x, "picture")
    check_positive("lr", lr)
    check_at_least("steps", steps, 1)
    generator = torch.Generator().manual_seed(seed)
    first = drawn(reader, seed) if start is None else copy.deepcopy(start)
    model = nn.Sequential(*first, *drawn(namer, seed + 1000))
    rule = torch.optim.Adam(model.parameters(), lr)
    for _ in range(steps):
        rows = torch.randint(len(x), (READ,), generator=generator)
        shown = viewed(x[rows], generator=generator) if in_views else x[rows]
        loss = F.cross_entropy(model(shown), y[rows])
        rule.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        rule.step()
    check_learned(model.parameters(), lr)
    return model
