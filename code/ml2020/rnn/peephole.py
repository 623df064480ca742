"""Peephole: the gates of an LSTM look at the memory, too.

Chapter: book/rnn_memory.md
Source:  Gers and Schmidhuber (2000), Recurrent nets that time and count,
         https://doi.org/10.1109/IJCNN.2000.861302
"""

from torch import Tensor

from ml2020.rnn.elman import Weights, elman_step
from ml2020.rnn.lstm import Cell, remember


def peephole_step(x: Tensor, state: Cell, weights: Weights, peep: Tensor) -> Cell:
    """Return the state after one more input.

    The gates that write and keep look at the old memory, the one that says at the new.

    Args:
        x: The input (n, inputs).
        state: What was said and stored.
        weights: Four blocks of rows, for z, i, f and o in this order.
        peep: A weight a unit for i, f and o (3, m).
    """
    sums = elman_step(x, state.h, weights, bend=lambda z: z)
    z, i, f, o = sums.chunk(4, dim=-1)
    i, f = i + peep[0] * state.c, f + peep[1] * state.c
    _, c = remember(z, (i, f, o), state.c)
    return remember(z, (i, f, o + peep[2] * c), state.c)
