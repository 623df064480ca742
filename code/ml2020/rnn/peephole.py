"""Peephole: the gates of an LSTM look at the memory, too.

Chapter: book/rnn_memory.md
Source:  Gers and Schmidhuber (2000), Recurrent nets that time and count,
         https://doi.org/10.1109/IJCNN.2000.861302
"""

import torch
from torch import Tensor

from ml2020.rnn.elman import Weights
from ml2020.rnn.lstm import Cell


def peephole_step(x: Tensor, state: Cell, weights: Weights, peep: Tensor) -> Cell:
    """Return the state after one more input.

    The gates that write and keep look at the old memory, the one that says at the new.

    Args:
        x: The input (n, inputs).
        state: What was said and stored.
        weights: Four blocks of rows, for z, i, f and o in this order.
        peep: A weight a unit for i, f and o (3, m).
    """
    W, U, b = weights
    z, i, f, o = (x @ W.mT + state.h @ U.mT + b).chunk(4, dim=-1)
    i, f = i + peep[0] * state.c, f + peep[1] * state.c
    c = f.sigmoid() * state.c + i.sigmoid() * torch.tanh(z)
    o = o + peep[2] * c
    return Cell(o.sigmoid() * torch.tanh(c), c)
