"""Clothes: small pictures, and several networks side by side that learn to name them.

Chapter: book/optimization_race.md
Source:  the pictures are those of Xiao, Rasul and Vollgraf (2017), see
         ml2020.data.fashion_mnist; torch.baddbmm multiplies many matrices at once
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from ml2020.data.fashion_mnist import fashion_mnist
from ml2020.optimization.network import vector
from ml2020.support.checks import check_filled, check_parts

OTHERS = 10_000  # pictures that are not the test's


class Clothes(NamedTuple):
    """Pictures of 14 by 14 dots in three parts, and the numbers of their classes."""

    X: Float[Tensor, "learn 196"]
    y: Int[Tensor, " learn"]
    X_choose: Float[Tensor, "choose 196"]
    y_choose: Int[Tensor, " choose"]
    X_judge: Float[Tensor, "judge 196"]
    y_judge: Int[Tensor, " judge"]


def small_clothes(learn: int, choose: int) -> Clothes:
    """Return pictures to learn from, to choose by, and all the rest to judge by.

    Each dot is the mean of four, shifted and scaled so that the dots of the pictures to
    learn from have mean 0 and variance 1.

    Args:
        learn: How many to learn from.
        choose: How many others to choose by; together at most 10,000.

    Raises:
        ValueError: If a part would be empty, or the two are more than there are.
    """
    check_parts(learn, choose, OTHERS)
    data = fashion_mnist()
    images = torch.cat([data.train_images, data.test_images])
    X = F.avg_pool2d(images[:, None], 2).flatten(1)
    X = (X - X[:learn].mean()) / X[:learn].std()
    y = torch.cat([data.train_labels, data.test_labels])
    sizes = [learn, choose, len(X) - learn - choose]
    pairs = zip(torch.split(X, sizes), torch.split(y, sizes), strict=True)
    return Clothes(*(part for pair in pairs for part in pair))


def perceptron(sizes: Sequence[int]) -> nn.Sequential:
    """Return linear layers with rectifiers between them, from sizes[0] to sizes[-1]."""
    layers: list[nn.Module] = [nn.Linear(sizes[0], sizes[1])]
    for pair in pairwise(sizes[1:]):
        layers += [nn.ReLU(), nn.Linear(*pair)]
    return nn.Sequential(*layers)


def starts(
    sizes: Sequence[int], seeds: Sequence[int]
) -> Float[Tensor, "networks parameters"]:
    """Return the fresh parameters of a perceptron, a row for each seed.

    torch's global random state stays as it was.

    Args:
        sizes: Of its input, its hidden layers and its output.
        seeds: At least one.

    Raises:
        ValueError: If there is no seed.
    """
    if not seeds:
        raise ValueError("seeds is empty: give one for each network")
    rows = []
    for seed in seeds:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            rows.append(vector(perceptron(sizes)))
    return torch.stack(rows)


def side_by_side(
    sizes: Sequence[int],
    theta: Float[Tensor, "networks parameters"],
    X: Float[Tensor, "networks n features"],
) -> Float[Tensor, "networks n classes"]:
    """Return what each of several perceptrons says of its own examples: `outputs`."""
    pairs = list(pairwise(sizes))
    counts = [count for i, o in pairs for count in (i * o, o)]
    parts = torch.split(theta, counts, dim=1)
    for k, (i, o) in enumerate(pairs):
        W, b = parts[2 * k].view(-1, o, i), parts[2 * k + 1]
        X = torch.baddbmm(b[:, None], X.relu() if k else X, W.mT)
    return X


def cross_entropy(
    sizes: Sequence[int],
    theta: Float[Tensor, "networks parameters"],
    X: Float[Tensor, "networks n features"],
    y: Int[Tensor, "networks n"],
) -> Float[Tensor, " networks"]:
    """Return the loss of each perceptron on its own examples."""
    said = side_by_side(sizes, theta, X).flatten(0, 1)
    return F.cross_entropy(said, y.flatten(), reduction="none").view(y.shape).mean(1)


@torch.no_grad()
def accuracy(
    sizes: Sequence[int],
    theta: Float[Tensor, "networks parameters"],
    X: Float[Tensor, "n features"],
    y: Int[Tensor, " n"],
) -> Float[Tensor, " networks"]:
    """Return the share of the same examples that each perceptron names rightly.

    Raises:
        ValueError: If there is no example.
    """
    check_filled("X", X)
    said = side_by_side(sizes, theta, X.expand(len(theta), -1, -1))
    return (said.argmax(dim=-1) == y).float().mean(dim=1)
