"""Jordan network: not what the hidden layer said is stored, but what the output said.

Chapter: book/rnn_memory.md
Source:  Jordan (1986), Serial order: a parallel distributed processing approach, UCSD,
         ICS report 8604; Lee (2020), recurrent networks
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.elman import Weights, elman_step


def jordan_step(
    x: Float[Tensor, "n inputs"],
    y: Float[Tensor, "n outputs"],
    weights: Weights,
    readout: tuple[Float[Tensor, "outputs m"], Float[Tensor, " outputs"]],
    bends: tuple[Callable[[Tensor], Tensor], ...] = (torch.tanh, torch.sigmoid),
) -> Float[Tensor, "n outputs"]:
    """Return the output, which is stored, after one more input.

    Args:
        x: The input (n, inputs), a row a sequence.
        y: The output before (n, outputs).
        weights: Of the hidden layer; U has a column for each number of the output.
        readout: V, a row for each number of the output (outputs, m), and its biases.
        bends: Of the hidden layer and of the output.
    """
    V, a = readout
    h = elman_step(x, y, weights, bends[0])
    return bends[1](h @ V.mT + a)
