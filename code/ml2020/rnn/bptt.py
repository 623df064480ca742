"""BPTT: backpropagation through time, the way back through an unrolled Elman network.

Chapter: book/rnn_memory.md
Source:  Werbos (1990), https://doi.org/10.1109/5.58337; Pascanu, Mikolov and Bengio
         (2013), equations 3 to 5, https://proceedings.mlr.press/v28/pascanu13.html
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.elman import Weights
from ml2020.support.checks import check_at_least, check_finite, check_shape

States = Float[Tensor, "T n m"]


def through_time(
    slopes: States,
    X: Float[Tensor, "T n inputs"],
    h: Float[Tensor, "times n m"],
    U: Float[Tensor, "m m"],
    window: int | None = None,
) -> Weights:
    """Return the slopes by the weights of an Elman network with tanh.

    Args:
        slopes: The slope of the cost by each h^t, along the way through its own output
            alone.
        X: The inputs.
        h: What the hidden layer said, what was stored at first in front of it.
        U: The weights by which it read what was stored.
        window: The slope of an output goes back through so many steps, its own among
            them; all, if None.

    Raises:
        ValueError: If lengths do not match, a number is NaN or infinite, or the window
            is below 1.
    """
    check_way_back(slopes, X, h, window)
    T = len(X)
    by_W, by_U, by_b = X.new_zeros(len(U), X.shape[2]), U * 0, U[0] * 0
    starts = range(T) if window else [T - 1]
    for start in starts:
        # Whole: one way back that collects all slopes. Window: one for each output.
        stop = max(start - window, -1) if window else -1
        delta = torch.zeros_like(slopes[0])
        for t in range(start, stop, -1):
            arrives = slopes[t] if not window or t == start else 0
            delta = (arrives + delta @ U) * (1 - h[t + 1] ** 2)
            by_W += delta.T @ X[t]
            by_U += delta.T @ h[t]
            by_b += delta.sum(dim=0)
    return Weights(by_W, by_U, by_b)


def check_way_back(slopes: Tensor, X: Tensor, h: Tensor, window: int | None) -> None:
    """Refuse what is not the forward pass of one sequence.

    Raises:
        ValueError: If lengths do not match, a number is NaN or infinite, or the window
            is below 1.
    """
    check_shape("h", h, (len(X) + 1, *h.shape[1:]))
    check_shape("slopes", slopes, (len(X), *h.shape[1:]))
    for name, value in (("slopes", slopes), ("X", X), ("h", h)):
        check_finite(name, value, "lower the rate, or clip")
    if window is not None:
        check_at_least("window", window, 1)
