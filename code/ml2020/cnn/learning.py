"""Learning: the same descent for every network of the comparison, and who they are.

Chapter: book/cnn_layers.md
Source:  the chapter's own experiment; Adam of Kingma and Ba (2015), as torch has it
"""

import copy
import math
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
from ml2020.support.checks import check_filled, check_finite, check_positive

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
        ValueError: If a number is outside its range, there are too few pictures, one is
            NaN or infinite, or the weights become so.
    """
    check_positive("lr", lr)
    check_task(model, X, y)
    model = copy.deepcopy(model)
    rule = torch.optim.Adam(model.parameters(), lr)
    for rows in shuffled_batches(len(X), BATCH, epochs, generator=generator):
        seen = jittered(X[rows], most, generator=generator) if most else X[rows]
        loss = F.cross_entropy(model(seen), y[rows])
        rule.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        rule.step()
    check_learned(model, lr)
    return model


@torch.no_grad()
def accuracy(
    model: nn.Module,
    X: Float[Tensor, "n channels rows columns"],
    y: Int[Tensor, " n"],
) -> float:
    """Return the share of pictures that a network names rightly.

    Raises:
        ValueError: If there is no picture, or one is NaN or infinite.
    """
    check_filled("X", X, "picture")
    check_finite("X", X, "drop or mend those pictures")
    pairs = zip(torch.split(X, CHUNK), torch.split(y, CHUNK), strict=True)
    right = sum(int((model(x).argmax(1) == c).sum()) for x, c in pairs)
    return right / len(X)


def check_task(model: nn.Sequential, X: Tensor, y: Tensor) -> None:
    """Refuse pictures that nothing can be learned from, and classes without a score.

    Raises:
        ValueError: If a picture is NaN or infinite, or a class is below 0 or above
            those that the last layer has a score for.
    """
    check_finite("X", X, "drop or mend those pictures")
    scores = getattr(model[-1], "out_features", math.inf)
    if len(y) and not 0 <= int(y.min()) <= int(y.max()) < scores:
        raise ValueError(
            f"y has classes from {int(y.min())} to {int(y.max())}: give 0 to"
            f" {scores - 1}, or a network with more scores"
        )


def check_learned(model: nn.Module, lr: float) -> None:
    """Refuse a network that has learned nothing but NaN.

    Raises:
        ValueError: If a parameter is NaN or infinite.
    """
    if not all(p.isfinite().all() for p in model.parameters()):
        raise ValueError(f"lr is {lr}: the weights became NaN or infinite: lower it")
