"""Starts: other biases, at which networks of rectifiers begin to learn.

With biases 0 a neuron's corner lies at x = 0, and what sees numbers from 0 to 1 begins
as a straight line.

Chapter: book/why_deep.md
Source:  the chapter's own
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.deep_learning import Layer, pack, parameter_count, unpack
from ml2020.support.checks import check_shape


def spread(
    theta: Float[Tensor, "networks parameters"],
    sizes: Sequence[int],
    seeds: Sequence[int],
    low: float = 0.0,
    high: float = 1.0,
) -> Float[Tensor, "networks parameters"]:
    """Return networks with other biases in the first of their layers.

    Each neuron of that layer starts or stops at a place drawn evenly from low to high
    in each input; with biases of 0 all do so at 0.

    Args:
        theta: The networks, a row for each; they stay as they are.
        sizes: Those of the networks.
        seeds: One for each network, of its places.
        low: The least number of such a place.
        high: The largest.

    Raises:
        ValueError: If the seeds are not as many as the networks, theta and sizes do not
            fit, or low is above high.
    """
    check_spread(theta, sizes, seeds, low, high)
    inputs, width = sizes[:2]
    dice = [torch.Generator().manual_seed(seed) for seed in seeds]
    drawn = [torch.rand(width, inputs, generator=g, dtype=theta.dtype) for g in dice]
    place = low + (high - low) * torch.stack(drawn)
    moved, ends = theta.clone(), width * inputs
    W = theta[:, :ends].view(-1, width, inputs)
    moved[:, ends : ends + width] = -(W * place).sum(dim=2)
    return moved


def centred(
    theta: Float[Tensor, "networks parameters"], sizes: Sequence[int], at: float = 0.5
) -> Float[Tensor, "networks parameters"]:
    """Return networks that see each input less `at`: other biases in the first layer.

    Raises:
        ValueError: If theta and sizes do not fit, or `at` is NaN or infinite.
    """
    check_spread(theta, sizes, range(len(theta)), at, at)
    inputs, width = sizes[:2]
    moved, ends = theta.clone(), width * inputs
    W = theta[:, :ends].view(-1, width, inputs)
    moved[:, ends : ends + width] -= at * W.sum(dim=2)
    return moved


def uniform_layers(
    sizes: Sequence[int], *, generator: torch.Generator | None = None
) -> list[Layer]:
    """Return layers as torch.nn.Linear draws them, in the order of theta.

    All numbers of a layer lie evenly within 1 / sqrt(inputs) of 0, as from
    `draw_layers` of deep_learning; here the weights are drawn first, then the biases.

    Raises:
        ValueError: If the sizes are those of no network.
    """
    parameter_count(sizes)  # refuses what are no sizes
    layers = []
    for inputs, outputs in pairwise(sizes):
        count = (inputs + 1) * outputs
        drawn = 2 * torch.rand(count, generator=generator, dtype=torch.float32) - 1
        layers += unpack(drawn / inputs**0.5, (inputs, outputs))
    return layers


def with_biases(
    theta: Float[Tensor, "networks parameters"],
    others: Float[Tensor, "networks parameters"],
    sizes: Sequence[int],
) -> Float[Tensor, "networks parameters"]:
    """Return networks with their own weights and the biases of others.

    Raises:
        ValueError: If theta or others do not fit the sizes.
    """
    rows = []
    for mine, his in zip(theta, others, strict=True):
        both = zip(unpack(mine, sizes), unpack(his, sizes), strict=True)
        rows.append(pack([Layer(own.W, other.b) for own, other in both]))
    return torch.stack(rows)


def check_spread(
    theta: Tensor, sizes: Sequence[int], seeds: Sequence[int], low: float, high: float
) -> None:
    """Raise a ValueError where `spread` says so."""
    if len(seeds) != len(theta):
        raise ValueError(f"seeds, networks are {len(seeds)}: give {len(theta)}")
    check_shape("theta", theta, (len(theta), parameter_count(sizes)))
    if not -torch.inf < low <= high < torch.inf:
        raise ValueError(f"low, high are {low}, {high}: give the lower end first")
