"""LSTM: a memory that is added to, and three gates that learn when.

Chapter: book/rnn_memory.md
Source:  Hochreiter and Schmidhuber (1997), https://doi.org/10.1162/neco.1997.9.8.1735;
         with the forget gate of Gers, Schmidhuber and Cummins (2000),
         https://doi.org/10.1162/089976600300015015; Lee (2020), recurrent networks
"""

from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.rnn.elman import Weights


class Cell(NamedTuple):
    """What an LSTM stores: what it said, and its memory, both (n, m)."""

    h: Tensor
    c: Tensor


def remember(z: Tensor, i: Tensor, f: Tensor, o: Tensor, c: Tensor) -> Cell:
    """Return what is said and stored, given the four numbers that come in.

    Args:
        z: What wants to be written.
        i: Write it? The input gate, from 0 to 1.
        f: Keep the old? The forget gate: 1 keeps, 0 wipes.
        o: Say it? The output gate.
        c: The memory so far.
    """
    c = f * c + i * torch.tanh(z)
    return Cell(o * torch.tanh(c), c)


def lstm_step(x: Tensor, state: Cell, weights: Weights) -> Cell:
    """Return the state after one more input.

    Args:
        x: The input (n, inputs).
        state: What was said and stored.
        weights: Four blocks of rows, for z, i, f and o in this order.
    """
    W, U, b = weights
    z, i, f, o = (x @ W.mT + state.h @ U.mT + b).chunk(4, dim=-1)
    return remember(z, i.sigmoid(), f.sigmoid(), o.sigmoid(), state.c)
