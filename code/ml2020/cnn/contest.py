"""Contest: the networks that are compared on clothes.

Chapter: book/cnn_layers.md
Source:  the chapter's own experiment
"""

from collections.abc import Callable
from functools import partial

from torch import nn

from ml2020.cnn.network import convnet
from ml2020.optimization import perceptron

DOTS, CLASSES = 28 * 28, 10


def dense(*hidden: int) -> nn.Sequential:
    """Return a fully connected network for clothes, with these hidden layers."""
    return nn.Sequential(nn.Flatten(), *perceptron((DOTS, *hidden, CLASSES)))


def blurred(square: int, hidden: int) -> nn.Sequential:
    """Return a fully connected network for clothes that sees means of squares alone."""
    sizes = (DOTS // square**2, hidden, CLASSES)
    return nn.Sequential(nn.AvgPool2d(square), nn.Flatten(), *perceptron(sizes))


def rivals() -> dict[str, Callable[[], nn.Sequential]]:
    """Return what makes each network of the comparison, by its name.

    The narrow one has nearly as many parameters as the convolutional one; max and
    stride differ in how they make a map smaller; blurred has no convolution, and is
    fully connected behind means of 4 by 4 dots.
    """
    small = partial(convnet, 28, (12, 24), 32, CLASSES)
    return {
        "linear": dense,
        "narrow": partial(dense, 28),
        "wide": partial(dense, 128),
        "max": partial(small, "max"),
        "stride": partial(small, "stride"),
        "blurred": partial(blurred, 4, 128),
    }
