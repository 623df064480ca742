"""Layers: the weights and biases of a fully connected network, and how many there are.

Chapter: book/deep_learning.md
Source:  Lee (2020), brief introduction of deep learning: W and b of each layer; He,
         Zhang, Ren and Sun (2015), section 2.2, https://arxiv.org/abs/1502.01852
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import torch

from ml2020.support.checks import check_at_least

Array = Any  # of NumPy or of torch


class Layer(NamedTuple):
    """The numbers of one layer, or a gradient by them.

    Attributes:
        W: The weights, a row for each neuron (out, in).
        b: The biases (out,).
    """

    W: Array
    b: Array


def draw_layers(
    sizes: Sequence[int], *, generator: torch.Generator | None = None
) -> list[Layer]:
    """Return layers with random numbers in float32, as `torch.nn.Linear` draws them.

    Weights and biases are uniform between -1 and 1 over the root of the numbers that
    come in.

    Args:
        sizes: How many numbers come in, how many neurons each layer has; 2 or more.
        generator: Seed it to draw the same layers again.

    Raises:
        ValueError: If there are fewer than two sizes, or one is below 1.
    """
    check_sizes(sizes)
    layers = []
    for fan_in, fan_out in pairwise(sizes):
        shape = fan_out, fan_in + 1
        drawn = torch.rand(shape, generator=generator, dtype=torch.float32)
        spread = (2 * drawn - 1) / fan_in**0.5
        layers.append(Layer(spread[:, :-1], spread[:, -1]))
    return layers


def he_layers(
    sizes: Sequence[int], *, generator: torch.Generator | None = None
) -> list[Layer]:
    """Return layers with the random numbers of He and others (2015), in float32.

    Weights are Gaussian with the variance 2 over the numbers that come in: rectifiers,
    half of which are off, then neither swell nor shrink what passes. Biases are zero.

    Args:
        sizes: How many numbers come in, how many neurons each layer has; 2 or more.
        generator: Seed it to draw the same layers again.

    Raises:
        ValueError: If there are fewer than two sizes, or one is below 1.
    """
    check_sizes(sizes)
    layers = []
    for fan_in, fan_out in pairwise(sizes):
        shape = fan_out, fan_in
        drawn = torch.randn(shape, generator=generator, dtype=torch.float32)
        layers.append(Layer(drawn * (2 / fan_in) ** 0.5, drawn.new_zeros(fan_out)))
    return layers


def parameter_count(sizes: Sequence[int]) -> int:
    """Return how many weights and biases a fully connected network has.

    Args:
        sizes: How many numbers come in, how many neurons each layer has; 2 or more.

    Raises:
        ValueError: If there are fewer than two sizes, or one is below 1.
    """
    check_sizes(sizes)
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


def check_sizes(sizes: Sequence[int]) -> None:
    """Refuse sizes of which no network can be made.

    Raises:
        ValueError: If there are fewer than two, or one is below 1.
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes has {len(sizes)}: give 2 or more, input and output")
    for size in sizes:
        check_at_least("sizes", size, 1)
