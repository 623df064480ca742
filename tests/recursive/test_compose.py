"""Composing rows: each kind of reader along trees does what its cell does."""

import math

import pytest
import torch

from ml2020.recursive import (
    TREES,
    Pair,
    mv_cell,
    recnn_cell,
    rntn_cell,
    tree_lstm_cell,
)
from ml2020.rnn import Cell
from tests.recursive.cells import normal


def rows(kind, d, n=2):
    """States of left and right parts, and the numbers that compose."""
    size = TREES[kind].state(d)
    shapes = TREES[kind].shapes(d)
    parts = [normal(*shape, seed=k) for k, shape in enumerate(shapes)]
    return normal(n, size, seed=7), normal(n, size, seed=8), parts


@pytest.mark.parametrize("kind", TREES)
def test_a_phrase_has_as_many_numbers_as_its_parts(kind):
    d = 3
    left, right, parts = rows(kind, d)
    assert TREES[kind].compose(left, right, parts, d).shape == left.shape


def test_rows_are_composed_as_the_cells_compose():
    d = 3
    left, right, (W, e) = rows("RecNN", d)
    met = TREES["RecNN"].compose(left, right, [W, e], d)
    torch.testing.assert_close(met, recnn_cell(left, right, W, e))
    left, right, (V, W, e) = rows("RNTN", d)
    met = TREES["RNTN"].compose(left, right, [V, W, e], d)
    cut = torch.stack([V[2 * d * k : 2 * d * (k + 1)] for k in range(d)])
    torch.testing.assert_close(met, rntn_cell(left, right, cut, W, e))
    left, right, (W, W_M) = rows("MV-RNN", d)
    met = TREES["MV-RNN"].compose(left, right, [W, W_M], d)
    pairs = (Pair(s[:, :d], s[:, d:].reshape(-1, d, d)) for s in (left, right))
    p, P = mv_cell(*pairs, W, W_M)
    torch.testing.assert_close(met, torch.cat([p, P.reshape(-1, d * d)], dim=1))
    left, right, (U, e) = rows("Tree-LSTM", d)
    met = TREES["Tree-LSTM"].compose(left, right, [U, e], d)
    cells = (Cell(s[:, :d], s[:, d:]) for s in (left, right))
    h, c = tree_lstm_cell(*cells, U, e)
    torch.testing.assert_close(met, torch.cat([h, c], dim=1))


def test_how_many_numbers_compose():
    d = 5
    counts = {
        kind: sum(math.prod(shape) for shape in tree.shapes(d))
        for kind, tree in TREES.items()
    }
    plain = 2 * d * d + d
    assert counts == {
        "RecNN": plain,
        "RNTN": plain + d * (2 * d) ** 2,
        "MV-RNN": 4 * d * d,
        "Tree-LSTM": 5 * plain,
    }
