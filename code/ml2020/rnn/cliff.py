"""Cliff: one neuron that reads nothing but itself, fifty times, and its error surface.

Chapter: book/rnn_memory.md
Source:  after Pascanu, Mikolov and Bengio (2013), figure 6, whose neuron keeps what we
         put into the sigmoid, and so begins at sigmoid(1/2), ours at 1/2,
         https://proceedings.mlr.press/v28/pascanu13.html
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_finite

START, GOAL, STEPS = 0.5, 0.7, 50


def said_at_last(
    theta: Float[Tensor, "*shape 2"], steps: int = STEPS
) -> Float[Tensor, "*shape"]:
    """Return what the neuron says after so many steps, at each (w, b).

    Args:
        theta: Pairs (w, b).
        steps: 0 or more.

    Raises:
        ValueError: If a number is NaN or infinite, or steps is negative.
    """
    check_finite("theta", theta, "lower the rate, or clip")
    check_at_least("steps", steps, 0)
    w, b = theta.unbind(dim=-1)
    h = torch.full_like(w, START)
    for _ in range(steps):
        h = torch.sigmoid(w * h + b)
    return h


def cliff_cost(theta: Float[Tensor, "*shape 2"]) -> Float[Tensor, "*shape"]:
    """Return the squared error at each (w, b).

    Raises:
        ValueError: If a number is NaN or infinite.
    """
    return (said_at_last(theta) - GOAL) ** 2


def cliff_slope(theta: Float[Tensor, "*shape 2"]) -> Float[Tensor, "*shape 2"]:
    """Return the gradient of the error at each (w, b), by torch.

    Raises:
        ValueError: If a number is NaN or infinite.
    """
    with torch.enable_grad():
        watched = theta.detach().requires_grad_()
        (g,) = torch.autograd.grad(cliff_cost(watched).sum(), watched)
    return g
