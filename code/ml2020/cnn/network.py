"""Network: convolution, pooling, again, then a fully connected network.

Chapter: book/cnn_layers.md
Source:  Lee (2020), the whole CNN; its modules are torch's
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ml2020.cnn.sizes import out_size
from ml2020.support.checks import check_at_least, check_filled, check_finite

KERNEL, SQUARE = 3, 2  # the lecture's
WAYS = ("max", "stride")


class Step(NamedTuple):
    """One layer of a walk: its kind, what it says, and how many parameters it has."""

    name: str
    says: Tensor
    parameters: int


def convnet(
    side: int,
    filters: Sequence[int],
    hidden: int,
    classes: int,
    shrink: str = "max",
) -> nn.Sequential:
    """Return convolutions by 3 with rectifiers, each halved in size, then two layers.

    Args:
        side: Rows and columns of its grey pictures.
        filters: How many each convolution has.
        hidden: Neurons of the fully connected layer before the last.
        classes: Scores that it gives.
        shrink: max, pooling in squares of two; stride, a convolution that goes two dots
            at a time, and no pooling.

    Raises:
        ValueError: If there is no convolution, a count is below 1, the pictures are too
            small, or there is no such way to make them smaller.
    """
    check_plan(filters, hidden, classes, shrink)
    stride = SQUARE if shrink == "stride" else 1
    layers: list[nn.Module] = []
    channels = 1
    for count in filters:
        layers += [nn.Conv2d(channels, count, KERNEL, stride), nn.ReLU()]
        channels, side = count, out_size(side, KERNEL, stride)
        if shrink == "max":
            layers.append(nn.MaxPool2d(SQUARE))
            side = out_size(side, SQUARE, SQUARE)
    layers += [nn.Flatten(), nn.Linear(channels * side**2, hidden), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(hidden, classes))


def drawn(make: Callable[[], nn.Sequential], seed: int) -> nn.Sequential:
    """Return what is made, its weights drawn by torch with this seed.

    torch's global random state stays as it was, that of a GPU, too.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)  # the CPU's alone
        return make()


def walk(model: nn.Sequential, x: Tensor) -> list[Step]:
    """Return what each layer says, or name the first that goes wrong.

    Args:
        model: Layers of torch, one after the other.
        x: Pictures, or what else the first of them takes.

    Raises:
        ValueError: If there is no picture, a number is NaN or infinite, or a layer does
            not take what comes or makes a number that is none.
    """
    check_filled("x", x, "picture")
    check_finite("x", x, "drop or mend those pictures")
    steps = []
    for k, layer in enumerate(model):
        x = said(k, layer, x)
        count = sum(p.numel() for p in layer.parameters())
        steps.append(Step(type(layer).__name__, x, count))
    return steps


def check_plan(filters: Sequence[int], hidden: int, classes: int, shrink: str) -> None:
    """Refuse a network that cannot be made.

    Raises:
        ValueError: If there is no convolution, a count is below 1, or there is no such
            way to make pictures smaller.
    """
    if not filters:
        raise ValueError("filters is empty: give how many each convolution has")
    for count in filters:
        check_at_least("filters", count, 1)
    check_at_least("hidden", hidden, 1)
    check_at_least("classes", classes, 1)
    if shrink not in WAYS:
        raise ValueError(f"shrink is {shrink}: give one of {', '.join(WAYS)}")


def said(k: int, layer: nn.Module, x: Tensor) -> Tensor:
    """Return what a layer says, or name the layer if something is wrong.

    Raises:
        ValueError: If it does not take what comes, or says no tensor, NaN or infinity.
    """
    name, shape = type(layer).__name__, tuple(x.shape)
    try:
        says: object = layer(x)
    except (RuntimeError, ValueError, IndexError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"model[{k}] ({name}) does not take the shape {shape}: give it another"
            f" picture, or mend the layer ({reason})"
        ) from None
    if not isinstance(says, Tensor):
        raise ValueError(
            f"model[{k}] ({name}) says a {type(says).__name__}: take layers that say"
            " one tensor"
        )
    if not says.isfinite().all():
        raise ValueError(
            f"model[{k}] ({name}) is the first to say NaN or infinity: look at its"
            " weights, or train anew with a lower rate"
        )
    return says
