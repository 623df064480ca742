"""Compose: the four cells with their states in rows, as a forest keeps them.

Chapter: book/recursive.md
Source:  Lee (2020), recursive networks
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.recursive.mvrnn import Pair, mv_cell
from ml2020.recursive.recnn import recnn_cell
from ml2020.recursive.rntn import rntn_cell
from ml2020.recursive.tree_lstm import tree_lstm_cell
from ml2020.rnn import Cell

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
