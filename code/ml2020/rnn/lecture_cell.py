"""The lecture's cell: three inputs, whole numbers, gates that are open or shut.

Chapter: book/rnn_memory.md
Source:  Lee (2020), recurrent networks
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.elman import unrolled
from ml2020.rnn.lstm import Cell, remember
from ml2020.support.checks import check_finite


def lecture_cell(X: Float[Tensor, "T 3"]) -> Cell:
    """Return what the cell says and stores after each input.

    x1 wants to be written; x2 = 1 writes, x2 = -1 wipes, x3 = 1 says.

    Args:
        X: A row (x1, x2, x3) for each time.

    Raises:
        ValueError: If there is no input, or a number is NaN or infinite.
    """
    check_finite("X", X)

    def step(x: Tensor, state: Cell) -> Cell:
        x1, x2, x3 = x
        gates = 100 * x2 - 10, 100 * x2 + 10, 100 * x3 - 10
        return remember(x1, gates, state.c, bend=lambda z: z)

    states = unrolled(step, X, Cell(X.new_zeros(()), X.new_zeros(())))
    said, stored = zip(*states, strict=True)
    return Cell(X.new_tensor(said), X.new_tensor(stored))
