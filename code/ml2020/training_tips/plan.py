"""Plan: what a network is but for its numbers, and how the search for them goes.

Chapter: book/training_tips_training.md
Source:  Ioffe and Szegedy (2015), section 3.2, https://arxiv.org/abs/1502.03167: beta
         takes the part of the bias; the rest is the lecture on networks
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.deep_learning import draws, parameter_count, relu
from ml2020.deep_learning.theta import Draw
from ml2020.support.checks import check_share

NORMS = ("", "batch", "layer")


@dataclass(frozen=True)
class Plan:
    """What a network is, but for its numbers.

    Attributes:
        sizes: Of the input, the hidden layers and the output.
        bend: What bends the sums of each hidden layer.
        norm: What these sums are normalised over: "batch", "layer", or "" for nothing.
        p: The probability with which a hidden neuron is dropped in training.

    Raises:
        ValueError: If the sizes are those of no network, a hidden layer of one neuron
            is normalised over the layer, norm is none of the three, p is not in [0, 1),
            or there is no hidden layer to normalise or to drop from.
    """

    sizes: tuple[int, ...]
    bend: Callable[[Tensor], Tensor] = relu
    norm: str = ""
    p: float = 0.0

    def __post_init__(self) -> None:
        check_share("p", self.p)
        check_plan(self.sizes, self.norm, self.p)


class Course(NamedTuple):
    """How long networks learn, and from how many pictures.

    Attributes:
        pictures: How many of the training set each gets, drawn by its seed; 1 or more.
        batch: How many go into a batch; the last one of an epoch may be smaller.
        epochs: How often each is learned from, a multiple of `look`.
        look: After how many epochs all sets are looked at, each time; 1 or more.
    """

    pictures: int
    batch: int
    epochs: int
    look: int


def begin(
    plan: Plan, draw: Draw, seeds: Sequence[int]
) -> Float[Tensor, "networks parameters"]:
    """Return the numbers of many networks: weights and biases, then a gamma each of 1.

    Args:
        plan: What the networks are.
        draw: What draws their layers, such as `he_layers`.
        seeds: One for each network, at least one.

    Raises:
        ValueError: If there is no seed.
    """
    theta = draws(draw, plan.sizes, seeds)
    gammas = theta.new_ones(len(theta), scaled(plan))
    return torch.cat([theta, gammas], dim=1)


def weights(plan: Plan) -> Bool[Tensor, " parameters"]:
    """Return which columns of theta are weights: no biases, no gammas."""
    kinds = []
    for fan_in, fan_out in pairwise(plan.sizes):
        kinds += [True] * (fan_in * fan_out) + [False] * fan_out
    return torch.tensor(kinds + [False] * scaled(plan), dtype=torch.bool)


def scaled(plan: Plan) -> int:
    """Return how many gammas there are: one for each neuron that is normalised."""
    return sum(plan.sizes[1:-1]) if plan.norm else 0


def check_plan(sizes: Sequence[int], norm: str, p: float) -> None:
    """Refuse a network that cannot be.

    Raises:
        ValueError: If the sizes are those of none, norm is unknown, a layer of one
            neuron is normalised over itself, which makes it 0, or there is no hidden
            layer for a norm or a p.
    """
    parameter_count(sizes)  # which refuses such sizes
    if norm not in NORMS:
        raise ValueError(f"norm is {norm!r}: give 'batch', 'layer', or '' for none")
    if norm == "layer" and 1 in sizes[1:-1]:
        raise ValueError(f"sizes are {sizes}, norm is 'layer': give 2 or more a layer")
    if len(sizes) == 2 and (norm or p):
        raise ValueError(f"sizes are {sizes}: give a hidden layer, or norm '' and p 0")
