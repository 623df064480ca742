"""Tree: questions of the form "is this number at most so much?", one after the other.

Chapter: book/explainable_global.md
Source:  Breiman, Friedman, Olshen and Stone (1984), CART, with the Gini impurity
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_filled, check_finite

Examples = Float[Tensor, "n features"]


class Tree(NamedTuple):
    """A question and what follows each answer; a leaf has no question."""

    share: float  # of class 1 among the examples that came here
    feature: int = -1
    threshold: float = 0.0
    low: "Tree | None" = None  # for who is at most the threshold
    high: "Tree | None" = None


def grown(X: Examples, y: Int[Tensor, " n"], least: int = 1) -> Tree:
    """Return a tree for two classes, each question the one that leaves least impurity.

    Some 900 questions that follow each other end in Python's RecursionError: raise
    least.

    Args:
        X: Examples to learn from.
        y: Their classes, 0 or 1.
        least: Examples that each leaf has at least, 1 or more.

    Raises:
        ValueError: If there is no example, a number is NaN or infinite, or so near to
            another or so large that no threshold fits between; if a class is not 0 or
            1, or least is below 1.
    """
    check_grown(X, y, least)
    return _grown(X.double(), y.double(), least)


def _grown(X: Tensor, y: Tensor, least: int) -> Tree:
    share = y.mean().item()
    if 0 < share < 1 and len(y) >= 2 * least:
        found = best_question(X, y, least)
        if found is not None:
            j, threshold = found
            low = X[:, j] <= threshold
            parts = (_grown(X[k], y[k], least) for k in (low, ~low))
            return Tree(share, j, threshold, *parts)
    return Tree(share)


def best_question(X: Tensor, y: Tensor, least: int) -> tuple[int, float] | None:
    """Return feature and threshold that leave least impurity, if any lowers it."""
    n = len(y)
    ordered, order = X.sort(dim=0)
    ones = y[order].cumsum(dim=0)[:-1]  # among the k lowest, for each feature
    k = torch.arange(1, n, dtype=X.dtype)[:, None]
    left = n * 1.0 - k
    all_ones = y.sum()
    impurity = ones * (k - ones) / k
    impurity = impurity + (all_ones - ones) * (left - all_ones + ones) / left
    allowed = (ordered[1:] > ordered[:-1]) & (k >= least) & (left >= least)
    impurity = impurity.masked_fill(~allowed, torch.inf)
    place = int(impurity.argmin())
    row, j = divmod(place, X.shape[1])
    whole = all_ones * (n - all_ones) / n
    if not impurity[row, j] < whole - 1e-12 * n:
        return None
    return j, ((ordered[row, j] + ordered[row + 1, j]) / 2).item()


def answers(tree: Tree, X: Examples) -> tuple[Int[Tensor, " n"], Int[Tensor, " n"]]:
    """Return the class that a tree gives each example, and how many questions it asks.

    Raises:
        ValueError: If there is no example, a number is NaN or infinite, or a feature is
            missing that the tree asks about.
    """
    check_known(tree, X)
    said = torch.full((len(X),), int(tree.share >= 0.5), dtype=torch.int64)
    asked = torch.zeros(len(X), dtype=torch.int64)
    if tree.low is not None and tree.high is not None:
        low = X[:, tree.feature].double() <= tree.threshold
        for part, rows in ((tree.low, low), (tree.high, ~low)):
            if rows.any():
                said[rows], below = answers(part, X[rows])
                asked[rows] = below + 1
    return said, asked


def average_path(tree: Tree, X: Examples) -> float:
    """Return how many questions a tree asks an example, in the mean.

    Raises:
        ValueError: If there is no example, a number is NaN or infinite, or a feature is
            missing that the tree asks about.
    """
    return answers(tree, X)[1].double().mean().item()


def check_known(tree: Tree, X: Tensor) -> None:
    """Refuse examples that a tree cannot be asked about.

    Raises:
        ValueError: If there is none, a number is NaN or infinite, or the tree asks
            about a feature that is missing.
    """
    check_filled("X", X)
    check_finite("X", X)
    ahead, most = [tree], -1
    while ahead:  # all questions: which of them are reached hangs on X
        part = ahead.pop()
        most = max(most, part.feature)
        ahead += [below for below in (part.low, part.high) if below is not None]
    if most >= X.shape[1]:
        features = f"{X.shape[1]} features: give more than {most}"
        raise ValueError(f"X has {features}, the tree asks about that one")


def check_grown(X: Tensor, y: Tensor, least: int) -> None:
    """Refuse what no tree can be grown from.

    Raises:
        ValueError: If there is no example, a number is NaN or infinite, a class is not
            0 or 1, or least is below 1.
    """
    check_filled("X", X)
    check_finite("X", X)
    check_at_least("least", least, 1)
    if not ((y == 0) | (y == 1)).all():
        raise ValueError("y has classes besides 0 and 1: make them two")
    ordered = X.double().sort(dim=0).values
    low, high = ordered[:-1], ordered[1:]
    middle = (low + high) / 2
    if ((low < high) & ((middle < low) | (middle >= high))).any():
        raise ValueError("X has numbers with none between them: round or scale them")
