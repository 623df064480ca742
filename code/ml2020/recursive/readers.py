"""Readers: five ways from a phrase to scores, along its tree, along its words, or none.

Chapter: book/recursive.md
Source:  Lee (2020), recursive networks
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.recursive.forest import Forest, forest_of, grown
from ml2020.recursive.language import DEGREES, WORDS
from ml2020.recursive.mvrnn import Pair, mv_cell
from ml2020.recursive.recnn import recnn_cell
from ml2020.recursive.rntn import rntn_cell
from ml2020.recursive.tree_lstm import tree_lstm_cell
from ml2020.recursive.trees import Tree, words_of
from ml2020.rnn import Cell, Sizes, answer_scores, padded
from ml2020.rnn import shapes as rnn_shapes
from ml2020.support.checks import check_at_least, check_filled, check_finite

Theta = Float[Tensor, "*networks parameters"]
Shapes = list[tuple[int, ...]]
Parts = list[Tensor]


class TreeKind(NamedTuple):
    """One kind of network that composes along trees.

    Attributes:
        state: How many numbers a node stores, given d.
        shapes: Of what composes, given d.
        compose: Maps the states of both parts to that of a phrase, given these and d.
    """

    state: Callable[[int], int]
    shapes: Callable[[int], Shapes]
    compose: Callable[[Tensor, Tensor, Parts, int], Tensor]


def by_recnn(a: Tensor, b: Tensor, parts: Parts, d: int) -> Tensor:
    """Compose vectors."""
    return recnn_cell(a, b, *parts)  # type: ignore[arg-type]


def by_rntn(a: Tensor, b: Tensor, parts: Parts, d: int) -> Tensor:
    """Compose vectors by a tensor, whose slices lie below each other in its table."""
    V, W, e = parts
    return rntn_cell(a, b, V.unflatten(-2, (d, 2 * d)), W, e)  # type: ignore[no-untyped-call]


def by_mvrnn(a: Tensor, b: Tensor, parts: Parts, d: int) -> Tensor:
    """Compose vectors and matrices; a state is a vector, then the rows of a matrix."""
    pairs = (Pair(s[..., :d], s[..., d:].unflatten(-1, (d, d))) for s in (a, b))  # type: ignore[no-untyped-call]
    p, P = mv_cell(*pairs, *parts)  # type: ignore[arg-type]
    return torch.cat([p, P.flatten(-2)], dim=-1)


def by_tree_lstm(a: Tensor, b: Tensor, parts: Parts, d: int) -> Tensor:
    """Compose what is said and stored, which a state has side by side."""
    cells = (Cell(*s.chunk(2, dim=-1)) for s in (a, b))
    return torch.cat(tree_lstm_cell(*cells, *parts), dim=-1)  # type: ignore[arg-type]


TREES = {
    "RecNN": TreeKind(lambda d: d, lambda d: [(d, 2 * d), (1, d)], by_recnn),
    "RNTN": TreeKind(
        lambda d: d, lambda d: [(2 * d * d, 2 * d), (d, 2 * d), (1, d)], by_rntn
    ),
    "MV-RNN": TreeKind(
        lambda d: d + d * d, lambda d: [(d, 2 * d), (d, 2 * d)], by_mvrnn
    ),
    "Tree-LSTM": TreeKind(
        lambda d: 2 * d, lambda d: [(5 * d, 2 * d), (1, 5 * d)], by_tree_lstm
    ),
}
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
    check_reader(kind, d)
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
        ValueError: If theta has another length, NaN or infinity.
    """
    check_finite("theta", theta, "lower the rate, or draw it anew")
    words, *parts, _, _ = unpacked(theta, kind, d)

    def compose(a: Tensor, b: Tensor) -> Tensor:
        return TREES[kind].compose(a, b, parts, d)

    return grown(words[..., forest.words, :], forest.levels, compose)


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
        ValueError: If theta has another length, NaN or infinity.
    """
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
    check_reader(kind, 1)
    forest = forest_of(trees, WORDS)
    if kind in TREES:
        return forest
    rows = [[WORDS.index(word) for word in words_of(tree)] for tree in trees]
    pieces = [one_hot(torch.tensor(row), len(WORDS)).float() for row in rows]
    if kind == BAG:
        return torch.stack([piece.sum(dim=0) for piece in pieces])
    return padded(pieces, torch.zeros(len(trees), dtype=torch.int64))


def check_reader(kind: str, d: int) -> None:
    """Refuse what is no reader.

    Raises:
        ValueError: If there is no such kind, or d is below 1.
    """
    if kind not in READERS:
        raise ValueError(f"kind is {kind}: choose one of {', '.join(READERS)}")
    check_at_least("d", d, 1)


def check_count_of(theta: Tensor, count: int) -> None:
    """Refuse the numbers of another reader.

    Raises:
        ValueError: If there are more or fewer.
    """
    check_filled("theta", theta, "number")
    if theta.shape[-1] != count:
        raise ValueError(f"theta has {theta.shape[-1]} numbers a row: give {count}")
