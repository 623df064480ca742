"""Interval bounds: how low the lead of the true class can fall in a ball of pictures.

Chapter: book/attack_defend.md
Source:  Gowal et al. (2018), section 3, https://arxiv.org/abs/1810.12715
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.attack.losses import Classes
from ml2020.attack.readers import SIZES, Thetas, all_layers
from ml2020.deep_learning import Layer
from ml2020.support.checks import (
    check_ball,
    check_classes,
    check_dots,
    check_shares,
)

Rows = Float[Tensor, "networks n numbers"]


class Interval(NamedTuple):
    """Between which numbers each of a layer's lies."""

    low: Rows
    high: Rows


def through(interval: Interval, layer: Layer) -> Interval:
    """Return the interval of sums: the middle goes on, the radius by weights' sizes."""
    W, b = layer
    middle = (interval.high + interval.low) / 2
    radius = (interval.high - interval.low) / 2
    mu, r = middle @ W.mT + b, radius @ W.abs().mT
    return Interval(mu - r, mu + r)


def bent(interval: Interval) -> Interval:
    """Return the interval behind rectifiers, which never fall."""
    return Interval(interval.low.relu(), interval.high.relu())


def least_leads(
    layers: Sequence[Layer], interval: Interval, y: Int[Tensor, "networks n"]
) -> Float[Tensor, "networks n classes"]:
    """Return numbers that the lead of the true class over each one never falls below.

    The last layer is made one with the difference of two scores, which is nearer than
    the difference of two bounds. Over itself the lead is 0.

    Args:
        layers: Of networks side by side, as `all_layers` returns them.
        interval: What each dot may be, for each network's own pictures.
        y: The classes of these pictures.
    """
    for layer in layers[:-1]:
        interval = bent(through(interval, layer))
    W, b = layers[-1]
    rows = torch.arange(len(W))[:, None]
    apart = W[rows, y][:, :, None] - W[:, None]  # (networks, n, classes, in)
    level = b[rows, 0, y][..., None] - b
    middle = ((interval.high + interval.low) / 2)[..., None]
    radius = ((interval.high - interval.low) / 2)[..., None]
    return (apart @ middle - apart.abs() @ radius)[..., 0] + level


def all_least_leads(
    theta: Thetas,
    x: Float[Tensor, " many *shape"],
    y: Classes,
    eps: float,
    sizes: Sequence[int] = SIZES,
) -> Float[Tensor, "many classes"]:
    """Return the bounds of networks side by side, each for its own pictures.

    Args:
        theta: A row a network.
        x: Pictures, dots from 0 to 1: those of the first network, then of the second.
        y: Their classes.
        eps: How far each dot may be moved, 0 or more; never out of 0 to 1.
        sizes: Of the input, the hidden layers and the output.

    Raises:
        ValueError: If eps is negative, a dot outside 0 to 1, or theta, x, y do not fit.
    """
    check_ball(eps, torch.inf)
    check_dots("x", x)
    check_shares("x", x, len(theta))
    check_as_many(x, y)
    check_classes("y", y, sizes[-1])
    own = x.flatten(1).view(len(theta), -1, sizes[0])
    ball = Interval((own - eps).clamp(min=0), (own + eps).clamp(max=1))
    layers = all_layers(theta, sizes)
    return least_leads(layers, ball, y.view(len(theta), -1)).flatten(0, 1)


def worst_scores(
    theta: Thetas,
    x: Float[Tensor, " many *shape"],
    y: Classes,
    eps: float,
    sizes: Sequence[int] = SIZES,
) -> Float[Tensor, "many classes"]:
    """Return scores that no picture of the ball can make worse, but for a constant.

    Raises:
        ValueError: If eps is negative, or a dot is outside 0 to 1.
    """
    return -all_least_leads(theta, x, y, eps, sizes)


@torch.no_grad()
def certified(
    theta: Thetas,
    x: Float[Tensor, " many *shape"],
    y: Classes,
    eps: float,
    sizes: Sequence[int] = SIZES,
) -> Tensor:
    """Return of each picture whether its class is proved for the whole ball.

    Raises:
        ValueError: If eps is negative, or a dot is outside 0 to 1.
    """
    leads = all_least_leads(theta, x, y, eps, sizes)
    others = leads.scatter(1, y[:, None], torch.inf)
    return others.amin(dim=1) > 0


def check_as_many(x: Tensor, y: Tensor) -> None:
    """Refuse classes that are not one for each picture.

    Raises:
        ValueError: If they are not.
    """
    if len(x) != len(y):
        raise ValueError(f"y has {len(y)} classes: give {len(x)}")
