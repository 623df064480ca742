"""Learn: a small network, and a loss made small by Adam.

Chapter: book/anomaly_labels.md
Source:  the perceptron of the lecture on deep learning; Adam as torch has it
"""

from collections.abc import Callable
from itertools import pairwise
from typing import TypeVar

import torch
from torch import Tensor, nn

from ml2020.support.checks import check_at_least, check_positive

Network = TypeVar("Network", bound=nn.Module)


def network(
    widths: list[int], *, generator: torch.Generator | None = None
) -> nn.Sequential:
    """Return linear layers with ReLU between them, drawn within 1/sqrt(inputs).

    Args:
        widths: The number of inputs, of the neurons of each layer, of outputs.
        generator: The dice.

    Raises:
        ValueError: If there are fewer than two widths, or one is below 1.
    """
    check_widths(widths)
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layer = nn.utils.skip_init(nn.Linear, inputs, outputs, dtype=torch.float32)  # type: ignore[no-untyped-call]
        with torch.no_grad():
            for weight in layer.parameters():
                weight.uniform_(-(inputs**-0.5), inputs**-0.5, generator=generator)
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def learned(
    model: Network, loss: Callable[[Network], Tensor], steps: int, lr: float
) -> Network:
    """Return the model itself, after so many steps of Adam on all examples at once.

    Raises:
        ValueError: If the number of steps is negative, the rate is not positive, or
            the loss ends as NaN or infinity.
    """
    check_at_least("steps", steps, 0)
    check_positive("lr", lr)
    rule = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        rule.zero_grad()
        loss(model).backward()  # type: ignore[no-untyped-call]
        rule.step()
    check_end(loss(model), lr)
    return model


def check_widths(widths: list[int]) -> None:
    """Refuse widths of which no network can be made.

    Raises:
        ValueError: If there are fewer than two, or one is below 1.
    """
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError(f"widths are {widths}: give two or more, each 1 or more")


def check_end(loss: Tensor, lr: float) -> None:
    """Refuse what has not been learned.

    Raises:
        ValueError: If the loss is NaN or infinite.
    """
    if not loss.isfinite():
        raise ValueError(f"lr is {lr}: the loss is {loss.item()}; give a lower rate")
