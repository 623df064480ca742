"""Learning: the same descent for every network of the comparison.

Chapter: book/cnn_layers.md
Source:  the chapter's own experiment; Adam of Kingma and Ba (2015), as torch has it
"""

import copy
import math
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.cnn.network import walk
from ml2020.cnn.pictures import jittered
from ml2020.gradient_descent import shuffled_batches
from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_positive,
    check_shape,
)

BATCH = 50  # pictures
CHUNK = 1000  # pictures that are judged at a time


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
        ValueError: If a number is outside its range, there are too few pictures, the
            network does not take them, or the weights become NaN or infinite.
    """
    check_positive("lr", lr)
    check_at_least("epochs", epochs, 1)
    check_at_least("most", most, 0)
    check_task(model, X, y)
    model = copy.deepcopy(model)
    for _ in passes(model, X, y, lr, epochs, most, generator=generator):
        pass
    check_learned(model, lr)
    return model


def passes(
    model: nn.Sequential,
    X: Float[Tensor, "n channels rows columns"],
    y: Int[Tensor, " n"],
    lr: float,
    epochs: int,
    most: int = 0,
    *,
    generator: torch.Generator | None = None,
) -> Iterator[int]:
    """Let a network learn as fit does, itself; yield the epochs after each of them."""
    rule = torch.optim.Adam(model.parameters(), lr)
    for epoch in range(1, epochs + 1):
        for rows in shuffled_batches(len(X), BATCH, 1, generator=generator):
            seen = jittered(X[rows], most, generator=generator) if most else X[rows]
            loss = F.cross_entropy(model(seen), y[rows])
            rule.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            rule.step()
        yield epoch


@torch.no_grad()
def accuracy(
    model: nn.Module,
    X: Float[Tensor, "n channels rows columns"],
    y: Int[Tensor, " n"],
) -> float:
    """Return the share of pictures that a network names rightly.

    Raises:
        ValueError: If there is no picture, the network does not take it, or there are
            not as many classes.
    """
    check_filled("X", X, "picture")
    check_pairs(model, X, y)
    pairs = zip(torch.split(X, CHUNK), torch.split(y, CHUNK), strict=True)
    right = sum(int((model(x).argmax(1) == c).sum()) for x, c in pairs)
    return right / len(X)


def check_pairs(model: nn.Module, X: Tensor, y: Tensor) -> None:
    """Refuse pictures that a copy of the network does not take, or other classes.

    Raises:
        ValueError: If a picture is NaN or infinite or of another type than the weights,
            a layer does not take it or says NaN, or there are not as many classes.
    """
    check_finite("X", X, "drop or mend those pictures")
    check_shape("y", y, (len(X),))
    for p in model.parameters():
        if p.dtype != X.dtype:
            types = f"X is {X.dtype}, the network {p.dtype}"
            raise ValueError(f"{types}: give X.to({p.dtype})")
    layers = model if isinstance(model, nn.Sequential) else nn.Sequential(model)
    walk(copy.deepcopy(layers).eval(), X[:1])


def check_task(model: nn.Sequential, X: Tensor, y: Tensor) -> None:
    """Refuse pictures that nothing can be learned from, and classes without a score.

    Raises:
        ValueError: If there are too few, the network does not take them, or a class is
            below 0 or above those that the last layer has a score for.
    """
    if len(X) < BATCH:
        raise ValueError(f"X has {len(X)} pictures: give {BATCH} or more")
    check_pairs(model, X, y)
    scores = getattr(model[-1], "out_features", math.inf)
    if not 0 <= int(y.min()) <= int(y.max()) < scores:
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
