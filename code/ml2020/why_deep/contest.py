"""Contest: many networks, each with its own examples, learn to answer yes or no.

Chapter: book/why_deep.md
Source:  the chapter's own experiment, after the carpet of Lee (2020)
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ml2020.deep_learning import side_by_side
from ml2020.gradient_descent import Rule
from ml2020.optimization import train
from ml2020.support.checks import check_at_least, check_filled, check_shape
from ml2020.why_deep.circuits import bit_rows, parity
from ml2020.why_deep.paper import carpet

BATCH = 100  # examples


class Examples(NamedTuple):
    """What each of many networks learns from, or is judged by."""

    X: Float[Tensor, "networks n features"]
    y_hat: Bool[Tensor, "networks n"]  # the right answer is yes


def carpet_examples(n: int, folds: int, seeds: Sequence[int]) -> Examples:
    """Return points of the carpet for each seed, drawn evenly over the square.

    Both coordinates are standardised: they go from -1.73 to 1.73.

    Args:
        n: How many points, 1 or more.
        folds: How often the paper was folded before the cut, 0 or more.
        seeds: One for each network.

    Raises:
        ValueError: If there is no seed, n is below 1, or folds is negative.
    """
    check_at_least("n", n, 1)
    check_filled("seeds", torch.as_tensor(seeds), "seed")
    dice = [torch.Generator().manual_seed(seed) for seed in seeds]
    points = [torch.rand(n, 2, generator=g, dtype=torch.float32) for g in dice]
    inside = torch.stack([carpet(place, folds) > 0 for place in points])
    return Examples((torch.stack(points) - 0.5) * 12**0.5, inside)


def parity_examples(bits: int, networks: int) -> Examples:
    """Return all rows of so many bits, as -1 and 1, the same for each network.

    Raises:
        ValueError: If a number is below 1, or there are more than 20 bits.
    """
    check_at_least("networks", networks, 1)
    rows = bit_rows(bits)
    X, odd = 2 * rows.float() - 1, parity(rows)
    return Examples(X.expand(networks, -1, -1), odd.expand(networks, -1))


def some_rows(n: int, steps: int, seed: int) -> Int[Tensor, "steps batch"]:
    """Return which 100 of n examples each step sees, drawn anew; they may repeat.

    Raises:
        ValueError: If n or steps is below 1.
    """
    check_at_least("n", n, 1)
    check_at_least("steps", steps, 1)
    dice = torch.Generator().manual_seed(seed)
    return torch.randint(n, (steps, BATCH), generator=dice)


def all_rows(n: int, steps: int) -> Int[Tensor, "steps n"]:
    """Return all of n examples for each step.

    Raises:
        ValueError: If n or steps is below 1.
    """
    check_at_least("n", n, 1)
    check_at_least("steps", steps, 1)
    return torch.arange(n).expand(steps, n)


def learned(
    rule: Rule[Any],
    start: Float[Tensor, "networks parameters"],
    sizes: Sequence[int],
    data: Examples,
    batches: Int[Tensor, "steps batch"],
) -> Float[Tensor, "networks parameters"]:
    """Return what networks of rectifiers are after some steps on logistic loss.

    Args:
        rule: How each gradient becomes a step.
        start: Where each network begins.
        sizes: Of the input, the hidden layers and the output, which is one number.
        data: What each network learns from.
        batches: Which examples each step sees, the same places for all networks.

    Raises:
        ValueError: If there is no step or example, or start, sizes and data do not fit.
    """
    check_filled("batches", batches, "step")
    check_data(data, sizes, range(len(start)))
    side = 1 - 2 * data.y_hat

    def loss(theta: Tensor, rows: Tensor) -> Tensor:
        z = side_by_side(theta, sizes, data.X[:, rows])[..., 0]
        return F.softplus(side[:, rows] * z).mean(dim=1)

    theta, _ = train(rule, start, loss, batches)
    return theta


def share_right(
    theta: Float[Tensor, "networks parameters"], sizes: Sequence[int], data: Examples
) -> Float[Tensor, " networks"]:
    """Return the share of its examples that each network answers rightly.

    A network whose weights have overflowed answers none.

    Raises:
        ValueError: If there is no example, or theta, sizes and data do not fit.
    """
    check_data(data, sizes, range(len(theta)))
    z = side_by_side(theta, sizes, data.X)[..., 0]
    return (((z > 0) == data.y_hat) & z.isfinite()).float().mean(dim=1)


def check_data(data: Examples, sizes: Sequence[int], seeds: Sequence[int]) -> None:
    """Refuse examples that such networks cannot take.

    Raises:
        ValueError: If there is no example, networks have other inputs or several
            outputs, or are more or fewer than those of the data.
    """
    check_filled("data.X", data.X)
    check_shape("data.y_hat", data.y_hat, tuple(data.X.shape[:2]))
    if not sizes or (sizes[0], sizes[-1]) != (data.X.shape[2], 1):
        raise ValueError(f"sizes are {tuple(sizes)}: begin with the features, end in 1")
    if len(seeds) != len(data.X):
        raise ValueError(f"seeds, networks are {len(seeds)}: give {len(data.X)}")
