"""Taxonomy: how far apart two meanings stand in a tree of kinds, asked as questions.

Chapter: book/word_embedding.md
Source:  Rada et al. (1989), distance as the number of links,
         https://doi.org/10.1109/21.24528
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_nodes,
    check_parents,
    check_shape,
)
from ml2020.word_embedding.neighbours import unit

Tree = Int[Tensor, " tree"]
Nodes = Int[Tensor, " nodes"]
NEAR, FAR = 3, 8  # links: at most, at least
LIKE = 20  # words of like frequency, among which one is drawn


class Questions(NamedTuple):
    """Each asks which of two words is nearer to a third. Places in a vocabulary."""

    asked: Int[Tensor, " questions"]
    near: Int[Tensor, " questions"]
    far: Int[Tensor, " questions"]


def lines_up(parents: Tree, nodes: Nodes) -> Int[Tensor, "nodes height"]:
    """Return the way from the root to each node, then -1.

    Raises:
        ValueError: If there is no node, one is not in the tree, a parent is no node, or
            some nodes are their own ancestors.
    """
    check_parents(parents)
    check_nodes(nodes, len(parents))
    ways: list[list[int]] = []
    above = parents.tolist()
    for node in nodes.tolist():
        way = [node]
        while above[way[-1]] >= 0 and len(way) <= len(above):
            way.append(above[way[-1]])
        ways.append(way[::-1])
    height = max(map(len, ways))
    if height > len(above):
        raise ValueError("parents go in a circle: cut it at its root")
    rows = [way + [-1] * (height - len(way)) for way in ways]
    return torch.tensor(rows, dtype=torch.int64)


def tree_distances(parents: Tree, nodes: Nodes) -> Int[Tensor, "nodes nodes"]:
    """Return the number of links between each two nodes, up and down again.

    Raises:
        ValueError: As `lines_up`.
    """
    ways = lines_up(parents, nodes)
    depth = (ways >= 0).sum(dim=1)
    shared = torch.zeros(len(nodes), len(nodes), dtype=torch.int64)
    for step in ways.T:  # ways that have parted never meet again
        shared += (step[:, None] == step) & (step >= 0)
    return depth[:, None] + depth - 2 * shared


def questions(
    distances: Int[Tensor, "nouns nouns"],
    nouns: Int[Tensor, " nouns"],
    each: int,
    *,
    generator: torch.Generator | None = None,
) -> Questions:
    """Return questions about each noun that has one near it and one far from it.

    The far one is drawn from those most like the near one in frequency.

    Args:
        distances: Between the nouns.
        nouns: Their places in a vocabulary in the order of frequency.
        each: How many about a noun.
        generator: For all that is drawn.

    Raises:
        ValueError: If `each` is below 1, or no noun can be asked about.
    """
    check_at_least("each", each, 1)
    found = []
    for k, row in enumerate(distances):
        close = (row <= NEAR).nonzero()[:, 0]
        close, far = close[close != k], (row >= FAR).nonzero()[:, 0]
        if not len(close) or not len(far):
            continue
        for _ in range(each):
            n = close[torch.randint(len(close), (), generator=generator)]
            by_frequency = (far - n).abs().argsort()[:LIKE]
            f = far[
                by_frequency[torch.randint(len(by_frequency), (), generator=generator)]
            ]
            found.append((k, n.item(), f.item()))
    if not found:
        raise ValueError("distances: no noun has one near and one far: give more nouns")
    return Questions(*nouns[torch.tensor(found, dtype=torch.int64).T])


def answered(
    V: Float[Tensor, "words d"], asked: Questions
) -> Float[Tensor, " questions"]:
    """Return 1 where the near word has the larger cosine, 0.5 for a tie, else 0."""
    X = unit(V)
    near = (X[asked.asked] * X[asked.near]).sum(dim=1)
    far = (X[asked.asked] * X[asked.far]).sum(dim=1)
    return ((near > far).double() + (near >= far).double()) / 2


def rank_correlation(x: Float[Tensor, " n"], y: Float[Tensor, " n"]) -> float:
    """Return Spearman's: the correlation of ranks, ties at the mean of theirs.

    Raises:
        ValueError: If shapes differ, a number is none, or one has no spread.
    """
    check_shape("y", y, tuple(x.shape))
    ranks = []
    for name, values in (("x", x), ("y", y)):
        check_filled(name, values, "number")
        check_finite(name, values, "leave such pairs out")
        if values.min() == values.max():
            raise ValueError(f"{name} has no spread: give values that differ")
        row = values.sort().values.contiguous()
        below = torch.searchsorted(row, values.contiguous())
        upto = torch.searchsorted(row, values.contiguous(), right=True)
        rank = (below + upto).double()  # twice the mean rank, but for a constant
        ranks.append((rank - rank.mean()) / rank.std(correction=0))
    return (ranks[0] * ranks[1]).mean().item()
