"""Dead neurons: rectifiers that are off on the whole line, and how to wake them.

With biases 0 each neuron sees a multiple of x; where that is negative it is off for all
x from 0 to 1, and its gradient is 0.

Chapter: book/why_deep.md
Source:  the chapter's own
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.deep_learning import layer_by_layer, relu, straight, unpack
from ml2020.support.checks import check_filled
from ml2020.why_deep.starts import spread

POINTS = 65  # of the line, at which a dead neuron is off


def dead_shares(
    theta: Float[Tensor, "networks parameters"], sizes: Sequence[int]
) -> Float[Tensor, "networks layers"]:
    """Return the share of each hidden layer's neurons that are off on the whole line.

    Raises:
        ValueError: If there is no network, there are several inputs, or theta and sizes
            do not fit.
    """
    check_line(sizes)
    check_filled("theta", theta, "network")
    x = torch.linspace(0, 1, POINTS, dtype=theta.dtype)[:, None]
    bends = [relu] * (len(sizes) - 2) + [straight]
    met = [layer_by_layer(x, unpack(row, sizes), bends).a[1:-1] for row in theta]
    off = [torch.stack([(a <= 0).all(dim=0).to(x).mean() for a in net]) for net in met]
    return torch.stack(off)


def awake(
    theta: Float[Tensor, "networks parameters"], sizes: Sequence[int], layers: int
) -> Float[Tensor, "networks parameters"]:
    """Return networks with biases 0 whose first layers have no dead neuron.

    Where a neuron is off on the line, the signs of its weights change.

    Args:
        theta: The networks, a row for each; they stay as they are.
        sizes: Those of the networks.
        layers: How many hidden layers are woken, from the first one on.

    Raises:
        ValueError: If there are several inputs, theta and sizes do not fit, there are
            not so many hidden layers, or a bias is not 0.
    """
    check_awake(theta, sizes, layers)
    moved = theta.clone()
    for row in moved:
        slopes = row.new_ones(1)  # of what the layer before says
        for W, _ in unpack(row, sizes)[:layers]:  # views of moved
            sums = W @ slopes
            W[sums < 0] *= -1
            slopes = sums.abs()
    return moved


def spread_awake(
    theta: Float[Tensor, "networks parameters"],
    sizes: Sequence[int],
    seeds: Sequence[int],
) -> Float[Tensor, "networks parameters"]:
    """Return what `spread` does, but who was dead in the first layer stays dead.

    Raises:
        ValueError: As `spread`, or if there are several inputs.
    """
    check_line(sizes)
    moved, width = spread(theta, sizes, seeds), sizes[1]
    moved[:, width : 2 * width] *= theta[:, :width] >= 0
    return moved


def check_line(sizes: Sequence[int]) -> None:
    """Raise a ValueError at networks that see no line, or have no hidden layer."""
    if len(sizes) < 3 or sizes[0] != 1:
        raise ValueError(f"sizes are {tuple(sizes)}: give 1 first, and a hidden layer")


def check_awake(theta: Tensor, sizes: Sequence[int], layers: int) -> None:
    """Raise a ValueError where `awake` says so."""
    check_line(sizes)
    if not 0 <= layers <= len(sizes) - 2:
        raise ValueError(f"layers is {layers}: give 0 to {len(sizes) - 2}")
    if any(b.any() for row in theta for _, b in unpack(row, sizes)):
        raise ValueError("theta has biases: give networks with biases 0")
