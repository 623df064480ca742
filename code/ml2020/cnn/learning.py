"""Learning: the same descent for every network of the comparison, and who they are.

Chapter: book/cnn_layers.md
Source:  the chapter's own experiment; Adam of Kingma and Ba (2015), as torch has it
"""

import copy
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.cnn.network import convnet
from ml2020.cnn.pictures import jittered
from ml2020.gradient_descent import shuffled_batches
from ml2020.optimization import perceptron
from ml2020.support.checks import check_filled, check_positive

BATCH = 50  # pictures
CHUNK = 1000  # pictures that are judged at a time
DOTS, CLASSES = 28 * 28, 10


def dense(*hidden: int) -> nn.Sequential:
    """Return a fully connected network for clothes, with these hidden layers."""
    return nn.Sequential(nn.Flatten(), *perceptron((DOTS, *hidden, CLASSES)))


def rivals() -> dict[str, Callable[[], nn.Sequential]]:
    """Return what makes each network of the comparison, by its name.

    The narrow one has nearly as many parameters as the convolutional one; the two at
    the end differ in how they make a map smaller.
    """
    small = partial(convnet, 28, (12, 24), 32, CLASSES)
    return {
        "linear": dense,
        "narrow": partial(dense, 28),
        "wide": partial(dense, 128),
        "max": partial(small, "max"),
        "stride": partial(small, "stride"),
    }


def fit(
    model: nn.Sequential,
    X: Float[Tensor, "n channels rows columns"],
    y: Int[Tensor, " n"],
    lr: float,
    epochs: int,
    most: int = 0,
    *,
    generator: torch.Generator | None = None,
) -> nn.Sequential:
    """Return a network that has learned, with Adam, in batches of 50.

    Args:
        model: Where to begin; it stays as it is.
        X: Pictures to learn from, 50 or more.
        y: Their classes.
        lr: The rate, positive.
        epochs: How often each picture is learned from, 1 or more.
        most: How many dots a picture is moved by chance, each time anew.
        generator: Of the order, and of these movements.

    Raises:
        ValueError: If a number is outside its range, or there are too few pictures.
    """
    check_positive("lr", lr)
    model = copy.deepcopy(model)
    rule = torch.optim.Adam(model.parameters(), lr)
    for rows in shuffled_batches(len(X), BATCH, epochs, generator=generator):
        seen = jittered(X[rows], most, generator=generator) if most else X[rows]
        loss = F.cross_entropy(model(seen), y[rows])
        rule.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        rule.step()
    return model


@torch.no_grad()
def accuracy(
    model: nn.Module,
    X: Float[Tensor, "n channels rows columns"],
    y: Int[Tensor, " n"],
) -> float:
    """Return the share of pictures that a network names rightly.

    Raises:
        ValueError: If there is no picture.
    """
    check_filled("X", X, "picture")
    pairs = zip(torch.split(X, CHUNK), torch.split(y, CHUNK), strict=True)
    right = sum(int((model(x).argmax(1) == c).sum()) for x, c in pairs)
    return right / len(X)
