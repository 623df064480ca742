"""BPTT: backpropagation through time, the way back through an unrolled Elman network.

Chapter: book/rnn_memory.md
Source:  Werbos (1990), https://doi.org/10.1109/5.58337; Pascanu, Mikolov and Bengio
         (2013), equations 3 to 5, https://proceedings.mlr.press/v28/pascanu13.html
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.rnn.elman import Weights
from ml2020.support.checks import check_filled, check_finite, check_like, check_shape


def through_time(
    slopes: Float[Tensor, "T n m"],
    X: Float[Tensor, "T n inputs"],
    h: Float[Tensor, "states n m"],
    U: Float[Tensor, "m m"],
) -> Weights:
    """Return the slopes by the weights of an Elman network with tanh.

    Args:
        slopes: The slope of the cost by each h, along the way through the output of
            that time alone.
        X: The inputs.
        h: What was stored at first, then what the hidden layer said each time.
        U: The weights by which it read what was stored.

    Raises:
        ValueError: If there is no input, there is not one state more than inputs, a
            number is NaN or infinite, or the types of floats differ.
    """
    check_way_back(slopes, X, h, U)
    by_W = X.new_zeros(len(U), X.shape[2])
    by_U, by_b = torch.zeros_like(U), torch.zeros_like(U[0])
    delta = torch.zeros_like(slopes[0])  # nothing from beyond the end
    for t in reversed(range(len(X))):
        delta = (slopes[t] + delta @ U) * (1 - h[t + 1] ** 2)
        by_W += delta.T @ X[t]
        by_U += delta.T @ h[t]
        by_b += delta.sum(dim=0)
    return Weights(by_W, by_U, by_b)


def check_way_back(slopes: Tensor, X: Tensor, h: Tensor, U: Tensor) -> None:
    """Refuse what is not the forward pass of one sequence.

    Raises:
        ValueError: If there is no input, there is not one state more than inputs, a
            number is NaN or infinite, or the types of floats differ.
    """
    check_filled("X", X, "input")
    check_shape("h", h, (len(X) + 1, *h.shape[1:]))
    for name, value in (("slopes", slopes), ("X", X), ("h", h)):
        check_like(name, value, "U", U)
    for name, value in (("slopes", slopes), ("X", X), ("h", h), ("U", U)):
        check_finite(name, value, "lower the rate, or clip")
