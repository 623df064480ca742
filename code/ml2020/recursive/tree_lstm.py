"""Tree-LSTM: a memory for each node, and a forget gate for each of its parts.

Chapter: book/recursive.md
Source:  Tai, Socher and Manning (2015), sections 3.1 and 3.2,
         https://aclanthology.org/P15-1150
"""

import torch
from torch import Tensor

from ml2020.rnn import Cell, Weights
from ml2020.support.checks import check_matrix, check_shape


def tree_lstm_cell(left: Cell, right: Cell, U: Tensor, e: Tensor) -> Cell:
    """Return what phrases say and store, of their two parts.

    Args:
        left: What the left parts say and store, both (..., n, m).
        right: The right parts likewise.
        U: Five blocks of rows, for u, i, f_l, f_r and o in this order (..., 5m, 2m).
        e: The biases (..., 1, 5m).

    Raises:
        ValueError: If the weights or the biases are those of another cell, or what is
            said and what is stored do not fit.
    """
    check_two(left, right)
    check_matrix("U", U, 5 * left.h.shape[-1], 2 * left.h.shape[-1])
    check_matrix("e", e, 1, 5 * left.h.shape[-1])
    summed = torch.cat([left.h, right.h], dim=-1) @ U.mT + e
    u, *gates = summed.chunk(5, dim=-1)
    i, f_l, f_r, o = (gate.sigmoid() for gate in gates)
    c = i * torch.tanh(u) + f_l * left.c + f_r * right.c
    return Cell(o * torch.tanh(c), c)


def child_sum_cell(x: Tensor, parts: Cell, weights: Weights) -> Cell:
    """Return what nodes say and store, of their input and any number of parts.

    The order of the parts does not count.

    Args:
        x: The inputs of the nodes (n, inputs).
        parts: What their parts say and store, both (n, parts, m).
        weights: Four blocks of rows, for u, i, f and o in this order, as for
            `ml2020.rnn.lstm_step`.

    Raises:
        ValueError: If the weights do not fit the input and the parts.
    """
    check_blocks(x, parts, weights)
    W, U, e = (rows.chunk(4) for rows in weights)
    whole = parts.h.sum(dim=1)
    u, i, o = (x @ W[k].T + whole @ U[k].T + e[k] for k in (0, 1, 3))
    f = (x @ W[2].T + e[2])[:, None] + parts.h @ U[2].T  # a gate for each part
    c = i.sigmoid() * torch.tanh(u) + (f.sigmoid() * parts.c).sum(dim=1)
    return Cell(o.sigmoid() * torch.tanh(c), c)


def check_blocks(x: Tensor, parts: Cell, weights: Weights) -> None:
    """Refuse weights of another cell.

    Raises:
        ValueError: If they do not fit.
    """
    m = parts.h.shape[-1]
    check_shape("parts.c", parts.c, tuple(parts.h.shape))
    check_shape("weights.W", weights.W, (4 * m, x.shape[-1]))
    check_shape("weights.U", weights.U, (4 * m, m))
    check_shape("weights.b", weights.b, (4 * m,))


def check_two(left: Cell, right: Cell) -> None:
    """Refuse parts that say and store other than the same.

    Raises:
        ValueError: If they do.
    """
    shape = tuple(left.h.shape)
    check_shape("left.c", left.c, shape)
    check_shape("right.h", right.h, shape)
    check_shape("right.c", right.c, shape)
