"""Forest: many trees, numbered by height, so that each height is one step.

Chapter: book/recursive.md
Source:  Looks et al. (2017), dynamic batching, https://arxiv.org/abs/1702.02181
"""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.recursive.trees import Tree, nodes_of
from ml2020.support.checks import check_levels, check_trees


class Forest(NamedTuple):
    """Trees whose nodes are numbered: all words first, then height by height.

    Attributes:
        words: Of each leaf, its place in the vocabulary.
        levels: Of each height from 1 on, the left and the right parts of its nodes.
        roots: The node that is all of a tree, for each tree.
    """

    words: Int[Tensor, " leaves"]
    levels: tuple[tuple[Tensor, Tensor], ...]
    roots: Int[Tensor, " trees"]


def forest_of(trees: Sequence[Tree], vocabulary: Sequence[str]) -> Forest:
    """Return trees as a forest.

    Args:
        trees: At least one.
        vocabulary: The words that may be leaves.

    Raises:
        ValueError: If there is no tree, a node is none, or a word is not known.
    """
    check_trees(trees)
    every = [nodes_of(tree) for tree in trees]
    leaves = [node for nodes in every for node in nodes if isinstance(node, str)]
    places = iter(places_of(leaves, vocabulary))
    by_height: list[list[tuple[Any, Any]]] = [[]]  # a word, or where both parts are
    roots = []
    for nodes in every:
        below: list[tuple[int, int]] = []  # nodes that wait for their parent
        for node in nodes:
            parts: tuple[Any, Any]
            if isinstance(node, str):
                height, parts = 0, (next(places), -1)
            else:
                right, left = below.pop(), below.pop()
                height, parts = 1 + max(left[0], right[0]), (left, right)
            if height == len(by_height):
                by_height.append([])
            below.append((height, len(by_height[height])))
            by_height[height].append(parts)
        roots.append(below.pop())
    starts = [0, *accumulate(len(level) for level in by_height)]
    levels = [
        (
            numbered([left for left, _ in level], starts),
            numbered([right for _, right in level], starts),
        )
        for level in by_height[1:]
    ]
    words = torch.tensor([word for word, _ in by_height[0]], dtype=torch.int64)
    return Forest(words, tuple(levels), numbered(roots, starts))


def places_of(words: Sequence[str], vocabulary: Sequence[str]) -> list[int]:
    """Return the place of each word in a vocabulary.

    Raises:
        ValueError: If a word is not in it.
    """
    known = {word: k for k, word in enumerate(vocabulary)}
    check_known(words, known)
    return [known[word] for word in words]


def numbered(
    nodes: Sequence[tuple[int, int]], starts: Sequence[int]
) -> Int[Tensor, " nodes"]:
    """Return the numbers of nodes, each given by its height and its place in it.

    Args:
        nodes: The nodes.
        starts: Of each height, the number of its first node.
    """
    return torch.tensor([starts[h] + k for h, k in nodes], dtype=torch.int64)


def grown(
    states: Float[Tensor, "*networks leaves size"],
    levels: Sequence[tuple[Tensor, Tensor]],
    compose: Callable[[Tensor, Tensor], Tensor],
) -> Float[Tensor, "*networks nodes size"]:
    """Return the states of all nodes of a forest.

    Args:
        states: Of the leaves, a row each.
        levels: As in `Forest`.
        compose: Maps the states of left and right parts to those of their parents.

    Raises:
        ValueError: If a level joins nodes that are not there yet.
    """
    check_levels(levels, states.shape[-2])
    for left, right in levels:
        parents = compose(states[..., left, :], states[..., right, :])
        states = torch.cat([states, parents], dim=-2)
    return states


def check_known(words: Sequence[str], known: dict[str, int]) -> None:
    """Refuse words outside of the vocabulary.

    Raises:
        ValueError: If there is one.
    """
    for word in words:
        if word not in known:
            raise ValueError(
                f"trees has {word!r}, not in vocabulary: add it or drop it"
            )
