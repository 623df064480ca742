"""Elman network: what the hidden layer says is stored, and read with the next input.

Chapter: book/rnn_memory.md
Source:  Elman (1990), Finding structure in time, figure 2,
         https://doi.org/10.1207/s15516709cog1402_1; Lee (2020), recurrent networks
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor

from ml2020.support.checks import check_filled

State = TypeVar("State")


class Weights(NamedTuple):
    """What a recurrent layer of m units has learned.

    An LSTM has four blocks of m rows below each other, a GRU three. Several networks at
    once have one axis more in front, and then b is (networks, 1, rows).

    Attributes:
        W: For the input (rows, inputs).
        U: For what is stored (rows, m).
        b: The biases (rows,) or (1, rows).
    """

    W: Tensor
    U: Tensor
    b: Tensor


def summed(x: Tensor, h: Tensor, weights: Weights) -> Tensor:
    """Return what each row of the weights sums, of the input and of what was stored.

    Args:
        x: The input (n, inputs), a row a sequence.
        h: What was stored (n, m).
        weights: Of one block or more.
    """
    W, U, b = weights
    return x @ W.mT + h @ U.mT + b


def elman_step(
    x: Tensor,
    h: Tensor,
    weights: Weights,
    bend: Callable[[Tensor], Tensor] = torch.tanh,
) -> Tensor:
    """Return what the hidden layer says, and stores, after one more input.

    It is the inner loop of everything, so shapes are checked by whoever calls it often.

    Args:
        x: The input (n, inputs), a row a sequence.
        h: What was stored (n, m).
        weights: Of one block.
        bend: The activation function.
    """
    return bend(summed(x, h, weights))


def unrolled(
    step: Callable[[Tensor, State], State], X: Sequence[Tensor] | Tensor, state: State
) -> list[State]:
    """Return the states after each input, in order of time.

    Args:
        step: Maps an input and a state to the next state.
        X: The inputs, time first (T, n, inputs).
        state: What is stored before the first input, usually zeros.

    Raises:
        ValueError: If there is no input.
    """
    check_sequence(X)
    states = []
    for x in X:
        state = step(x, state)
        states.append(state)
    return states


def check_sequence(X: Sequence[Tensor] | Tensor) -> None:
    """Refuse a sequence of length 0: it has no last state.

    Raises:
        ValueError: If there is no input, or no number in the first.
    """
    if not len(X):
        raise ValueError("X is empty: give a sequence of length 1 or more")
    check_filled("X", X[0], "sequence")
