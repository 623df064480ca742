"""Pieces: of how many straight lines the graph of a rectifier network consists.

Chapter: book/why_deep.md
Source:  derived in the chapter; Telgarsky (2015) bounds the same count,
         https://arxiv.org/abs/1509.08101
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.deep_learning import Layer
from ml2020.support.checks import check_chain

NEAR = 1e-10  # of the interval: places nearer to each other count as one
TURN = 1e-6  # of the steepest slope: a smaller turn counts as none


def corners(
    layers: Sequence[Layer], low: float, high: float
) -> Float[Tensor, " corners"]:
    """Return where the graph of a network of rectifiers turns, from low to high.

    It has one piece more than corners. Layer after layer, places are added at which a
    neuron starts or stops; between two neighbouring places all is straight. Places
    nearer than 1e-10 of the interval count as one, and a turn of less than a millionth
    of the steepest slope as none: so look at an interval in which the corners lie.

    Args:
        layers: One input, one output, which is straight; computed in float64.
        low: The left end.
        high: The right end, above it.

    Raises:
        ValueError: If there is no layer, a number is NaN or infinite, the network has
            several inputs or outputs, or the ends are no interval.
    """
    check_line(layers, low, high)
    x = torch.tensor([low, high], dtype=torch.float64)
    a = x[:, None]
    for W, b in layers[:-1]:
        x, z = crossed(x, a @ W.double().T + b.double())
        a = z.clamp(min=0)
    slopes = (a @ layers[-1].W.double().T)[:, 0].diff() / x.diff()
    turns = slopes.diff().abs() > TURN * slopes.abs().max()
    return x[1:-1][turns]


def crossed(x: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
    """Return the places and those between them at which a sum is 0, with all sums.

    Args:
        x: Places in order (places,).
        z: What each neuron sums up there (places, neurons); straight between them.
    """
    before, after = z[:-1], z[1:]
    share = before / (before - after)
    found = x[:-1, None] + share * x.diff()[:, None]
    new = torch.cat([x, found[before * after < 0]]).sort().values
    apart = new.diff() > NEAR * (x[-1] - x[0])
    new = new[torch.cat([apart.new_ones(1), apart])]
    piece = (torch.searchsorted(x, new, right=True) - 1).clamp(max=len(x) - 2)
    way = ((new - x[piece]) / x.diff()[piece])[:, None]
    return new, before[piece] + way * (after - before)[piece]


def check_line(layers: Sequence[Layer], low: float, high: float) -> None:
    """Refuse what has no graph over an interval.

    Raises:
        ValueError: If there is no layer, a number is NaN or infinite, the network has
            several inputs or outputs, or the ends are no interval.
    """
    if not -torch.inf < low < high < torch.inf:
        raise ValueError(f"low, high are {low}, {high}: give the lower end first")
    check_chain(layers, inputs=1)
    if len(layers[-1].W) != 1:
        raise ValueError(f"layers[-1].W gives {len(layers[-1].W)}: give one output")
