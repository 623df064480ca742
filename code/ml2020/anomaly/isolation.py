"""Isolation forest: cut at random until everybody is alone; strangers are soon alone.

Chapter: book/anomaly_density.md
Source:  Liu, Ting and Zhou (2008), equations 1 and 2, algorithms 1 to 3,
         https://doi.org/10.1109/ICDM.2008.17
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_features, check_trees

GAMMA = 0.5772156649015329  # Euler's
Rows = Float[Tensor, "n features"]


class Leaf(NamedTuple):
    """An end of a tree, and how many examples are left there."""

    size: int


class Cut(NamedTuple):
    """A fork: below the value to the left, else to the right."""

    feature: int
    value: float
    left: "Cut | Leaf"
    right: "Cut | Leaf"


def average_path(n: int) -> float:
    """Return c(n) = 2 H(n - 1) - 2 (n - 1) / n, how deep one of n lies on average.

    H(i) is ln i plus Euler's constant, as in the paper; for two it is 1 exactly.

    Raises:
        ValueError: If n is below 1.
    """
    check_at_least("n", n, 1)
    if n <= 2:
        return n - 1.0
    return 2 * (math.log(n - 1) + GAMMA) - 2 * (n - 1) / n


def tree(
    X: Rows, height: int, *, generator: torch.Generator | None = None
) -> "Cut | Leaf":
    """Return a tree of random cuts; equal examples cannot be cut apart.

    Args:
        X: One row an example.
        height: How often it is cut at most, one below the other.
        generator: The dice.
    """
    if height == 0 or len(X) < 2:
        return Leaf(len(X))
    low, high = X.aminmax(dim=0)
    varied = (low < high).nonzero()[:, 0]
    if not len(varied):
        return Leaf(len(X))
    drawn = torch.rand(2, generator=generator, dtype=torch.float64)
    j = int(varied[int(drawn[0] * len(varied))])
    share = max(drawn[1].item(), 1e-12)  # so that the left side is not empty
    value = low[j].item() + share * (high[j] - low[j]).item()
    left = X[:, j] < value
    sides = [tree(X[s], height - 1, generator=generator) for s in (left, ~left)]
    return Cut(j, value, *sides)


def forest(
    X: Rows,
    trees: int = 100,
    size: int = 256,
    *,
    generator: torch.Generator | None = None,
) -> "list[Cut | Leaf]":
    """Return trees, each of a sample without replacement, cut log2(size) deep.

    Args:
        X: One row an example.
        trees: How many.
        size: Of the sample; all, if there are fewer.
        generator: The dice.

    Raises:
        ValueError: If there is no example, a number is not finite, there is no tree,
            or the sample has fewer than two.
    """
    check_features("X", X)
    check_at_least("trees", trees, 1)
    check_at_least("size", size, 2)
    size = min(size, len(X))
    height = math.ceil(math.log2(size))
    samples = (torch.randperm(len(X), generator=generator)[:size] for _ in range(trees))
    return [tree(X[rows], height, generator=generator) for rows in samples]


def path_length(X: Rows, node: Cut | Leaf, depth: int = 0) -> Float[Tensor, " n"]:
    """Return how deep each example ends; a leaf of several counts their c(n) more."""
    if isinstance(node, Leaf):
        return X.new_full((len(X),), depth + average_path(max(node.size, 1)))
    left = X[:, node.feature] < node.value
    length = X.new_empty(len(X))
    length[left] = path_length(X[left], node.left, depth + 1)
    length[~left] = path_length(X[~left], node.right, depth + 1)
    return length


def isolation_score(
    X: Rows, trees: "list[Cut | Leaf]", size: int
) -> Float[Tensor, " n"]:
    """Return 2^(-E[h] / c(size)): near 1 for who is soon alone, 0.5 for the usual.

    Args:
        X: One row an example.
        trees: The forest.
        size: Of the sample that each tree was made of.

    Raises:
        ValueError: If there is no example, a number is not finite, there is no tree,
            or the size is below 2.
    """
    check_features("X", X)
    check_at_least("size", size, 2)
    check_trees(trees)
    mean = torch.stack([path_length(X, root) for root in trees]).mean(dim=0)
    return 2 ** (-mean / average_path(size))
