"""Descent with momentum and gains: a step size for each number that adapts.

Chapter: book/neighbor_embedding.md
Source:  van der Maaten and Hinton (2008), section 3.4, after Jacobs (1988)
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

Slope = Callable[..., Tensor]


class State(NamedTuple):
    """A map on its way: its points, how they move, and their gains."""

    Z: Float[Tensor, "n count"]
    v: Float[Tensor, "n count"]
    gain: Float[Tensor, "n count"]


def still(Z: Float[Tensor, "n count"]) -> State:
    """Return a map that does not move yet."""
    return State(Z, torch.zeros_like(Z), torch.ones_like(Z))


def descended(
    slope: Slope, state: State, rounds: int, step_size: float, momentum: float
) -> State:
    """Return the state after so many rounds.

    Args:
        slope: The slope at a map.
        state: Where to begin.
        rounds: How many.
        step_size: What a slope is multiplied by, before its gain.
        momentum: The share of the last movement that stays.
    """
    Z, v, gain = state
    for _ in range(rounds):
        g = slope(Z)
        # Still downhill: faster; past the bottom: slower.
        gain = torch.where(g * v < 0, gain + 0.2, 0.8 * gain).clamp(min=0.01)
        v = momentum * v - step_size * gain * g
        Z = Z + v
    return State(Z, v, gain)
