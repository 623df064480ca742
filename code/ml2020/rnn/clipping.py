"""Clipping: a gradient that is too long is made short, and keeps its direction.

Chapter: book/rnn_memory.md
Source:  Pascanu, Mikolov and Bengio (2013), algorithm 1,
         https://proceedings.mlr.press/v28/pascanu13.html
"""

from torch import Tensor

from ml2020.support.checks import check_positive


def clipped(g: Tensor, tau: float) -> Tensor:
    """Return each row of g, made as long as tau if it was longer.

    Args:
        g: A gradient (P,), or one a network (networks, P).
        tau: The greatest length, positive.

    Raises:
        ValueError: If tau is not positive.
    """
    check_positive("tau", tau)
    length = g.norm(dim=-1, keepdim=True)
    return g * (tau / length.clamp(min=tau))


def clipped_by_value(g: Tensor, tau: float) -> Tensor:
    """Return g with each number cut to -tau ... tau: its direction may change.

    Raises:
        ValueError: If tau is not positive.
    """
    check_positive("tau", tau)
    return g.clamp(-tau, tau)
