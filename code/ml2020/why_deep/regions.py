"""Regions: the polygons of a plane on which a rectifier network is straight.

Chapter: book/why_deep.md
Source:  Montufar, Pascanu, Cho and Bengio (2014), https://arxiv.org/abs/1402.1869, who
         bound their number; the cutting is that of Sutherland and Hodgman (1974)
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.deep_learning import Layer
from ml2020.support.checks import check_chain, check_positive

NEAR = 1e-9  # of a neuron's largest sum: one this small lies on the line


def regions(
    layers: Sequence[Layer], size: float = 1.0
) -> list[Float[Tensor, "corners 2"]]:
    """Return the polygons of a square in which the same rectifiers are on.

    Args:
        layers: Two inputs; the last layer, which is straight, cuts nothing. Computed in
            float64.
        size: The square goes from 0 to this in both directions.

    Returns:
        The corners of each polygon, in order around it.

    Raises:
        ValueError: If there is no layer, it does not have two inputs, layers do not
            fit, a number is NaN or infinite, or the size is not positive.
    """
    check_positive("size", size)
    check_chain(layers, inputs=2)
    square = torch.tensor([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=torch.float64)
    parts = [(size * square, size * square)]  # where, and what the last layer says
    for W, b in layers[:-1]:
        summed = [(p, a @ W.double().T + b.double()) for p, a in parts]
        for neuron in range(len(b)):
            most = max(z[:, neuron].abs().max().item() for _, z in summed)
            summed = [p for one in summed for p in cut(*one, neuron, NEAR * most)]
        parts = [(p, z.clamp(min=0)) for p, z in summed]
    return [p for p, _ in parts]


def cut(
    points: Tensor, z: Tensor, neuron: int, near: float
) -> list[tuple[Tensor, Tensor]]:
    """Return the two parts of a polygon where a neuron is on and off, or it whole.

    Args:
        points: Its corners (corners, 2).
        z: What all neurons sum up there (corners, neurons).
        neuron: Along whose line to cut.
        near: A sum this small lies on the line.
    """
    side = z[:, neuron]
    if side.max() <= near or side.min() >= -near:
        return [(points, z)]
    parts = []
    both = torch.cat([points, z], dim=1)
    for sign in (1, -1):
        height, kept = (sign * side).tolist(), []
        for k, h in enumerate(height):
            before = height[k - 1]
            if (h > 0) != (before > 0):
                share = before / (before - h)
                kept.append(both[k - 1] + share * (both[k] - both[k - 1]))
            if h > 0:
                kept.append(both[k])
        part = torch.stack(kept)
        parts.append((part[:, :2], part[:, 2:]))
    return parts
