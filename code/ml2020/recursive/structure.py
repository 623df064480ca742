"""Backpropagation through structure: slopes go down the tree, at each fork both ways.

Chapter: book/recursive.md
Source:  Goller and Kuechler (1996), https://doi.org/10.1109/ICNN.1996.548916
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_levels, check_like, check_matrix

Nodes = Float[Tensor, "nodes d"]


class Slopes(NamedTuple):
    """The slopes of a loss by the states of all nodes, by W and by e."""

    states: Nodes
    W: Float[Tensor, "d two_d"]
    e: Float[Tensor, " d"]


def through_structure(
    states: Nodes,
    levels: Sequence[tuple[Tensor, Tensor]],
    slopes: Nodes,
    W: Float[Tensor, "d two_d"],
) -> Slopes:
    """Return the slopes of a recursive network with tanh.

    Args:
        states: Of all nodes, as `grown` returns them.
        levels: As in `Forest`.
        slopes: Of the losses by the state at which each stands; 0 where there is none.
        W: The weights.

    Raises:
        ValueError: If the numbers are not all of one type, or the weights or the levels
            are those of another network or forest.
    """
    check_matrix("W", W, states.shape[1], 2 * states.shape[1])
    check_levels(levels, len(states) - sum(len(left) for left, _ in levels))
    check_like("slopes", slopes, "states", states)
    check_like("W", W, "states", states)
    slopes, end = slopes.clone(), len(states)
    by_W, by_e = torch.zeros_like(W), torch.zeros_like(W[:, 0])
    for left, right in reversed(levels):
        here = slice(end - len(left), end)
        delta = slopes[here] * (1 - states[here] ** 2)
        by_W = by_W + delta.T @ torch.cat([states[left], states[right]], dim=-1)
        by_e = by_e + delta.sum(dim=0)
        to_left, to_right = (delta @ W).chunk(2, dim=-1)
        slopes.index_add_(0, left, to_left)
        slopes.index_add_(0, right, to_right)
        end -= len(left)
    return Slopes(slopes, by_W, by_e)
