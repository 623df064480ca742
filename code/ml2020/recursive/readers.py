"""Readers: five ways from a phrase to scores, along its tree, along its words, or none.

Chapter: book/recursive.md
Source:  Lee (2020), recursive networks
"""

from collections.abc import Sequence
from math import prod
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.recursive.compose import TREES, Parts, Shapes
from ml2020.recursive.forest import Forest, forest_of, grown, places_of
from ml2020.recursive.language import DEGREES, WORDS
from ml2020.recursive.trees import Tree, words_of
from ml2020.rnn import Sizes, answer_scores, padded
from ml2020.rnn import shapes as rnn_shapes
from ml2020.support.checks import (
    check_at_least,
    check_choice,
    check_count_of,
    check_finite,
    check_like,
    check_trees,
)

Theta = Float[Tensor, "*networks parameters"]
CHAINS = ("Elman", "LSTM")
BAG = "bag of words"
READERS = (BAG, *CHAINS, *TREES)


def shapes_of(kind: str, d: int) -> Shapes:
    """Return the shapes of a reader's numbers; the last two make the scores.

    Args:
        kind: One of `READERS`.
        d: How many numbers a state has; a bag has none.

    Raises:
        ValueError: If there is no such reader, or d is below 1.
    """
    check_choice("kind", kind, READERS)
    check_at_least("d", d, 1)
    if kind == BAG:
        return [(len(DEGREES), len(WORDS)), (1, len(DEGREES))]
    if kind in CHAINS:
        return [*rnn_shapes(kind, Sizes(len(WORDS), d, len(DEGREES)))]
    tree = TREES[kind]
    top: Shapes = [(len(DEGREES), d), (1, len(DEGREES))]
    return [(len(WORDS), tree.state(d)), *tree.shapes(d), *top]


def unpacked(theta: Theta, kind: str, d: int) -> Parts:
    """Return the numbers of readers as tables, views of theta.

    Raises:
        ValueError: If theta has another length, or there is no such reader.
    """
    wanted = shapes_of(kind, d)
    counts = [prod(shape) for shape in wanted]
    check_count_of(theta, sum(counts))
    parts = theta.split(counts, dim=-1)  # type: ignore[no-untyped-call]
    pairs = zip(parts, wanted, strict=True)
    return [part.unflatten(-1, shape) for part, shape in pairs]


def states_of(
    theta: Theta, kind: str, d: int, forest: Forest
) -> Float[Tensor, "*networks nodes size"]:
    """Return the states of all nodes of a forest.

    Args:
        theta: The numbers of the readers, a row each.
        kind: One of `TREES`.
        d: As in `shapes_of`.
        forest: What is read; its vocabulary is `WORDS`.

    Raises:
        ValueError: If no tree is read so, or theta has another length, NaN or infinity.
    """
    check_choice("kind", kind, tuple(TREES))
    check_finite("theta", theta, "lower the rate, or draw it anew")
    words, *parts, _, _ = unpacked(theta, kind, d)
    compose = TREES[kind].compose
    leaves = words[..., forest.words, :]
    return grown(leaves, forest.levels, lambda a, b: compose(a, b, parts, d))


def scores_of(
    theta: Theta, kind: str, d: int, read: Any
) -> Float[Tensor, "*networks phrases degrees"]:
    """Return the scores of the degrees for each phrase.

    Args:
        theta: The numbers of the readers, a row each.
        kind: One of `READERS`.
        d: As in `shapes_of`.
        read: The phrases, as `prepared` gives them.

    Raises:
        ValueError: If theta has another length or type of float, NaN or infinity.
    """
    check_numbers(theta, kind, read)
    if kind in CHAINS:
        sizes = Sizes(len(WORDS), d, len(DEGREES))
        return answer_scores(theta, kind, sizes, "last", read)
    G, g = unpacked(theta, kind, d)[-2:]
    if kind == BAG:
        return read @ G.mT + g
    roots = states_of(theta, kind, d, read)[..., read.roots, :d]
    return roots @ G.mT + g


def prepared(kind: str, trees: Sequence[Tree]) -> Any:
    """Return phrases as a reader takes them: counted, word by word, or as trees.

    Args:
        kind: One of `READERS`.
        trees: The phrases, at least one.

    Raises:
        ValueError: If there is no such reader, or a tree is none.
    """
    check_choice("kind", kind, READERS)
    check_trees(trees)
    if kind in TREES:
        return forest_of(trees, WORDS)
    rows = [places_of(words_of(tree), WORDS) for tree in trees]
    pieces = [
        one_hot(torch.tensor(row, dtype=torch.int64), len(WORDS)).float()
        for row in rows
    ]
    if kind == BAG:
        return torch.stack([piece.sum(dim=0) for piece in pieces])
    return padded(pieces, torch.zeros(len(trees), dtype=torch.int64))


def check_numbers(theta: Tensor, kind: str, read: Any) -> None:
    """Refuse NaN, infinity, and floats of another type than a bag, by a ValueError."""
    check_finite("theta", theta, "lower the rate, or draw it anew")
    if kind == BAG:
        check_like("read", read, "theta", theta)
