"""Small task: clothes, the network to be made smaller, its rivals, and what they cost.

Chapter: book/compression_small.md
Source:  the chapter's own experiment
"""

import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.cnn import drawn
from ml2020.compression.exits import Exits
from ml2020.compression.network import (
    CLASSES,
    FILTERS,
    HIDDEN,
    pictures,
    small_network,
)
from ml2020.compression.separable import split

FEWER = 3000  # pictures to learn from, of the 8,000
RANK = 4
LARGE = 5  # place of the large fully connected layer
KEPT = 0.1  # share of the weights that pruning leaves
TUNED, WHOLE = 2, 8  # passes: to tune a trained network, and to train one anew
ROUNDS = 15  # that a time is the least of


class Clothes(NamedTuple):
    """Pictures to learn from, to choose by, and to judge by."""

    X: Float[Tensor, "3000 1 28 28"]
    y: Int[Tensor, " 3000"]
    choose: tuple[Tensor, Tensor]
    judge: tuple[Tensor, Tensor]


@cache
def clothes() -> Clothes:
    """Return the parts. Treat the tensors as read-only."""
    found = pictures()
    X, y = found.X[:FEWER], found.y[:FEWER]
    return Clothes(
        X, y, (found.X_choose, found.y_choose), (found.X_judge, found.y_judge)
    )


def dense(seed: int) -> nn.Sequential:
    """Return the network that is made smaller, drawn anew: 20,042 numbers."""
    return small_network(seed)


def half(seed: int) -> nn.Sequential:
    """Return the network with half of all filters and neurons."""
    one, two = FILTERS
    return small_network(seed, (one // 2, two // 2), HIDDEN // 2)


def apart(model: nn.Sequential, seed: int, *, nearest: bool) -> nn.Sequential:
    """Return a network whose second convolution is depthwise, then pointwise.

    The first sees one channel, so that nothing is saved there.
    """

    def make() -> nn.Sequential:
        first, bend, second, *rest = model
        assert isinstance(second, nn.Conv2d)
        return nn.Sequential(first, bend, *split(second, nearest=nearest), *rest)

    return drawn(make, seed)


def flat_rank(seed: int) -> nn.Sequential:
    """Return the network whose large layer is two thin ones, drawn anew."""

    def make() -> nn.Sequential:
        *first, large, bend, last = dense(seed)
        assert isinstance(large, nn.Linear)
        thin = nn.Linear(large.in_features, RANK, bias=False)
        return nn.Sequential(*first, thin, nn.Linear(RANK, HIDDEN), bend, last)

    return drawn(make, seed)


def with_exits(seed: int) -> Exits:
    """Return the network with two more answers, one behind each convolution."""

    def make() -> Exits:
        one, bend1, two, bend2, flat, large, bend3, last = dense(seed)
        parts = [nn.Sequential(one, bend1), nn.Sequential(two, bend2)]
        parts.append(nn.Sequential(flat, large, bend3))
        heads = [
            nn.Sequential(nn.AvgPool2d(size), nn.Flatten(), nn.Linear(inputs, CLASSES))
            for size, inputs in ((3, FILTERS[0] * 16), (2, FILTERS[1] * 9))
        ]
        return Exits(parts, [*heads, last])

    return drawn(lambda: nn.Sequential(make()), seed)[0]  # type: ignore[return-value]


@torch.no_grad()
def nonzero_products(model: nn.Module, x: Float[Tensor, " 1 *picture"]) -> int:
    """Return how often a weight other than 0 is multiplied, for one picture.

    Args:
        model: Of torch's convolutions and fully connected layers; others are free.
        x: The picture.
    """
    found = []

    def count(layer: nn.Module, _: object, out: Tensor) -> None:
        places = out[0, 0].numel() if out.ndim == 4 else 1
        found.append(int((layer.weight != 0).sum()) * places)  # type: ignore[union-attr]

    layers = [m for m in model.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    model(x)
    for hook in hooks:
        hook.remove()
    return sum(found)


@torch.no_grad()
def times(runs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return seconds of CPU of each: the least of several rounds in which all run.

    Each round begins with another one: the first of a round may find less in store.

    Args:
        runs: What is timed, by name.
        rounds: How many.
    """
    least = dict.fromkeys(runs, float("inf"))
    names = [*runs]
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            start = time.process_time()
            runs[name]()
            least[name] = min(least[name], time.process_time() - start)
    return least
