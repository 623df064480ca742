"""Clipping: a gradient that is too long is made short, and keeps its direction.

Chapter: book/rnn_memory.md
Source:  Pascanu, Mikolov and Bengio (2013), algorithm 1,
         https://proceedings.mlr.press/v28/pascanu13.html
"""

import torch
from torch import Tensor

from ml2020.support.checks import check_positive


def clipped(g: Tensor, tau: float) -> Tensor:
    """Return each row of g, made as long as tau if it was longer.

    A row with NaN or infinity becomes NaN. Each is divided by its largest number first:
    the squares of what float32 or float64 can hold are beyond what they can.

    Args:
        g: A gradient (P,), or one a network (networks, P).
        tau: The greatest length, positive.

    Raises:
        ValueError: If tau is not positive, or a row of g has no number, or no floats.
    """
    check_positive("tau", tau)
    check_gradient(g)
    tiny = torch.finfo(g.dtype).tiny
    largest = g.abs().amax(dim=-1, keepdim=True).clamp(min=tiny)
    shape = g / largest  # no square of it is too large to hold
    length = shape.norm(dim=-1, keepdim=True)
    return torch.where(length * largest <= tau, g, shape * (tau / length))


def clipped_by_value(g: Tensor, tau: float) -> Tensor:
    """Return g with each number cut to -tau ... tau: its direction may change.

    Raises:
        ValueError: If tau is not positive.
    """
    check_positive("tau", tau)
    return g.clamp(-tau, tau)


def own_gradients(loss: Tensor, theta: Tensor, tau: float) -> Tensor:
    """Return the gradient of each network by its own loss, clipped.

    Args:
        loss: The mean of the losses of all networks.
        theta: The numbers that it was computed from, a row a network; torch watches it.
        tau: The greatest length, positive.

    Raises:
        ValueError: If tau is not positive.
    """
    (g,) = torch.autograd.grad(loss * len(theta), theta)  # undo the mean over networks
    return clipped(g, tau)


def check_gradient(g: Tensor) -> None:
    """Refuse what has no length, or cannot be made short.

    Raises:
        ValueError: If there is no number in a row, or the numbers are no floats.
    """
    if not g.is_floating_point():
        raise ValueError(f"g is of {g.dtype}: give floats")
    if g.ndim == 0 or g.shape[-1] == 0:
        raise ValueError("g has no number: give one a parameter")
