"""HAC: join the two nearest clusters, again and again; cut the tree where you like.

Chapter: book/linear_methods_clustering.md
Source:  Lance and Williams (1967), https://doi.org/10.1093/comjnl/9.4.373
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_choice, check_features, check_squares

LINKAGES = ("single", "complete", "average")


def joined_distance(
    to_a: Float[Tensor, " n"],
    to_b: Float[Tensor, " n"],
    size_a: int,
    size_b: int,
    linkage: str,
) -> Float[Tensor, " n"]:
    """Return how far others are from two clusters taken together.

    Args:
        to_a: Their distances from the first.
        to_b: From the second.
        size_a: How many examples the first has.
        size_b: The second.
        linkage: The nearest pair is "single", the farthest "complete", the mean of
            all pairs "average".

    Raises:
        ValueError: If there is no such linkage.
    """
    check_choice("linkage", linkage, LINKAGES)
    if linkage == "single":
        return torch.minimum(to_a, to_b)
    if linkage == "complete":
        return torch.maximum(to_a, to_b)
    return (size_a * to_a + size_b * to_b) / (size_a + size_b)


def hac(X: Float[Tensor, "n features"], linkage: str) -> Float[Tensor, "n_less_1 4"]:
    """Return the tree, one row for each join, the nearest first.

    A row says which two clusters are joined, how far they are from each other, and how
    many examples they have together. The examples are the clusters 0 to n - 1; the
    cluster that row k makes is n + k. (It is the table of scipy's `linkage`.)

    Args:
        X: One row an example, 2 or more.
        linkage: One of `LINKAGES`.

    Raises:
        ValueError: If there are fewer than two examples, a number is not finite, or
            there is no such linkage.
    """
    check_features("X", X)
    check_squares(X)
    check_pair(X)
    n = len(X)
    D = ((X[:, None] - X) ** 2).sum(dim=2).sqrt()
    D.fill_diagonal_(float("inf"))
    name, size = list(range(n)), [1] * n  # of the cluster that each row stands for
    rows = []
    for k in range(n - 1):
        a, b = sorted(divmod(int(D.argmin()), n))
        low, high = sorted((name[a], name[b]))
        rows.append([low, high, D[a, b].item(), size[a] + size[b]])
        D[a] = D[:, a] = joined_distance(D[a], D[b], size[a], size[b], linkage)
        D[b] = D[:, b] = D[a, a] = float("inf")  # b is a part of a now
        name[a], size[a] = n + k, size[a] + size[b]
    return torch.tensor(rows, dtype=X.dtype, device=X.device)


def cut(tree: Float[Tensor, "n_less_1 4"], height: float) -> Int[Tensor, " n"]:
    """Return the cluster of each example if joins above a height are not made.

    Args:
        tree: What `hac` returns.
        height: The largest distance that is still joined.

    Returns:
        Labels from 0 on, in the order in which clusters are met.

    Raises:
        ValueError: If the height is no number.
    """
    check_height(height)
    n = len(tree) + 1
    owner = list(range(2 * n - 1))
    for k, (a, b, distance, _) in enumerate(tree.tolist()):
        if distance <= height:
            owner[int(a)] = owner[int(b)] = n + k
    labels: dict[int, int] = {}
    found = []
    for i in range(n):
        while owner[i] != i:
            i = owner[i]
        found.append(labels.setdefault(i, len(labels)))
    return torch.tensor(found, dtype=torch.int64, device=tree.device)


def cut_into(tree: Float[Tensor, "n_less_1 4"], count: int) -> Int[Tensor, " n"]:
    """Return the cluster of each example if joins stop where `count` are left.

    Raises:
        ValueError: If the count is below 1, or above the number of examples.
    """
    n = len(tree) + 1
    check_parts_of(count, n)
    made = tree.clone()
    # All joins are compared by their turn: equal distances would be cut together.
    made[:, 2] = torch.arange(n - 1).to(tree)
    return cut(made, n - count - 0.5)


def check_pair(X: Tensor) -> None:
    """Refuse a crowd of one.

    Raises:
        ValueError: If there are fewer than two examples.
    """
    if len(X) < 2:
        raise ValueError("X has one example: give 2 or more")


def check_height(height: float) -> None:
    """Refuse a height that nothing is above or below of.

    Raises:
        ValueError: If it is NaN.
    """
    if height != height:
        raise ValueError("height is NaN: give a distance")


def check_parts_of(count: int, n: int) -> None:
    """Refuse more clusters than examples, and none.

    Raises:
        ValueError: If the count is outside 1 to n.
    """
    if not 1 <= count <= n:
        raise ValueError(f"count is {count}: give 1 to {n}, the number of examples")
