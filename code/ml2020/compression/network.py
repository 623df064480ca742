"""Network: the small network that this lecture makes smaller, and its descent.

Chapter: book/compression_prune.md
Source:  the chapter's own; the layers are those of ml2020.cnn, Adam that of Kingma and
         Ba (2015), as torch has it
"""

import copy
from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ml2020.cnn import Pictures, clothes, drawn
from ml2020.cnn.network import convnet
from ml2020.gradient_descent import shuffled_batches
from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_learned,
    check_masks,
    check_positive,
)

LEARN, CHOOSE = 8000, 2000  # pictures to learn from, and to choose by
FILTERS, HIDDEN = (8, 16), 32
SIDE, CLASSES = 28, 10
BATCH = 50  # pictures


def pictures() -> Pictures:
    """Return clothes: 8,000 to learn from, 2,000 to choose by, 2,000 to judge by."""
    return clothes(LEARN, CHOOSE)


def small_network(
    seed: int, filters: tuple[int, ...] = FILTERS, hidden: int = HIDDEN
) -> nn.Sequential:
    """Return the network of the lecture as it begins: two convolutions, two layers.

    The convolutions are 3 by 3 and go two dots at a time, so that there is no pooling.
    With 8 and 16 filters and 32 neurons it has 20,042 numbers.

    Args:
        seed: Of its weights; torch's global random state stays as it was.
        filters: How many each convolution has.
        hidden: Neurons of the layer before the last.

    Raises:
        ValueError: If a count is below 1, or there are so many convolutions that the
            pictures are too small.
    """
    return drawn(lambda: convnet(SIDE, filters, hidden, CLASSES, "stride"), seed)


def learned(
    model: nn.Sequential,
    X: Tensor,
    targets: Tensor,
    lr: float,
    epochs: int,
    masks: Mapping[str, Tensor] | None = None,
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    *,
    generator: torch.Generator | None = None,
) -> nn.Sequential:
    """Return a network after a descent with Adam, in batches of 50, the rate falling.

    It falls from batch to batch, in a straight line, and would be 0 one batch after the
    last.

    Args:
        model: Where to begin; it stays as it is.
        X: What it is shown, an example a row.
        targets: What belongs to each: its class, or what else the loss takes.
        lr: The rate of the first batch, positive.
        epochs: How often each example is learned from, 1 or more.
        masks: By a parameter's name 1 where it may be other than 0. What has no mask is
            free.
        loss: Of scores and targets; the mean over a batch.
        generator: Of the order of the examples.

    Raises:
        ValueError: If there is no example, a number is outside its range, a mask has no
            parameter or not its shape, or the weights become NaN or infinite.
    """
    check_filled("X", X)
    check_finite("X", X)
    check_positive("lr", lr)
    check_at_least("epochs", epochs, 1)
    check_masks(model, masks or {})
    model = copy.deepcopy(model)
    keep(model, masks or {})
    rule = torch.optim.Adam(model.parameters(), lr)
    size = min(BATCH, len(X))
    left = steps = epochs * -(-len(X) // size)
    for rows in shuffled_batches(len(X), size, epochs, generator=generator):
        rule.param_groups[0]["lr"] = lr * left / steps
        left -= 1
        rule.zero_grad()
        loss(model(X[rows]), targets[rows]).backward()  # type: ignore[no-untyped-call]
        rule.step()
        keep(model, masks or {})
    check_learned(model.parameters(), lr)
    return model


@torch.no_grad()
def keep(model: nn.Module, masks: Mapping[str, Tensor]) -> None:
    """Set to 0, in the network itself, the parameters whose mask is 0."""
    for name, weight in model.named_parameters():
        if name in masks:
            weight *= masks[name]  # type: ignore[misc]
