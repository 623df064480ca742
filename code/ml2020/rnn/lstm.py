"""LSTM: a memory that is added to, and three gates that learn when.

Chapter: book/rnn_memory.md
Source:  Hochreiter and Schmidhuber (1997), https://doi.org/10.1162/neco.1997.9.8.1735;
         with the forget gate of Gers, Schmidhuber and Cummins (2000),
         https://doi.org/10.1162/089976600300015015; Lee (2020), recurrent networks
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.rnn.elman import Weights, summed


class Cell(NamedTuple):
    """What an LSTM stores: what it said, and its memory, both (n, m)."""

    h: Tensor
    c: Tensor


def remember(
    z: Tensor,
    gates: tuple[Tensor, Tensor, Tensor],
    c: Tensor,
    bend: Callable[[Tensor], Tensor] = torch.tanh,
) -> Cell:
    """Return what is said and stored, given the four numbers that come in.

    Args:
        z: What wants to be written.
        gates: Write it? Keep the old? Say it? Sums, before their sigmoids.
        c: The memory so far.
        bend: The activation function of z and of the memory.
    """
    i, f, o = (gate.sigmoid() for gate in gates)
    c = f * c + i * bend(z)
    return Cell(o * bend(c), c)


def lstm_step(x: Tensor, state: Cell, weights: Weights) -> Cell:
    """Return the state after one more input.

    Args:
        x: The input (n, inputs).
        state: What was said and stored.
        weights: Four blocks of rows, for z, i, f and o in this order.
    """
    z, i, f, o = summed(x, state.h, weights).chunk(4, dim=-1)
    return remember(z, (i, f, o), state.c)
