"""Search: does descent find the network that the construction gives?

The same rule, the same points of a sine; the width and the start differ.

Chapter: book/deep_learning.md
Source:  Kingma and Ba (2015), https://arxiv.org/abs/1412.6980, for the rule; the rest
         is the chapter's own experiment
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.deep_learning.interpolant import relu_interpolant
from ml2020.deep_learning.layers import Layer, draw_layers
from ml2020.deep_learning.theta import draws, pack, side_by_side, unpack
from ml2020.gradient_descent import Rule
from ml2020.optimization import train
from ml2020.support.checks import check_at_least, check_finite

TURN = 2 * math.pi  # one period of the sine
END = math.sqrt(3)  # where the period ends when x is standardised; it begins at -END


class Fits(NamedTuple):
    """How near networks are to a sine on one period, and what their neurons do.

    An error that is no number is infinite.
    """

    theta: Float[Tensor, "networks parameters"]
    loss: Float[Tensor, " networks"]  # mean squared error, which descent lowers
    worst: Float[Tensor, " networks"]  # largest error anywhere
    inside: Int[Tensor, " networks"]  # neurons that bend within the period
    dead: Int[Tensor, " networks"]  # neurons that say 0 all over the period


def built_start(width: int) -> Float[Tensor, "1 parameters"]:
    """Return the parameters of the interpolant with so many rectifiers, as one row.

    Raises:
        ValueError: If the width is below 1.
    """
    check_at_least("width", width, 1)
    knots = torch.linspace(-END, END, width + 1, dtype=torch.float32)
    return pack(relu_interpolant(knots, _sine(knots)))[None]


def drawn_starts(
    width: int, seeds: Sequence[int], *, spread: bool = False
) -> Float[Tensor, "networks parameters"]:
    """Return random parameters, as `torch.nn.Linear` draws them, a row for each seed.

    Args:
        width: How many rectifiers, 1 or more.
        seeds: One for each network, at least one.
        spread: Whether the biases are changed so that the neurons bend at places that
            are spread evenly over the period, in random order.

    Raises:
        ValueError: If the width is below 1, or there is no seed.
    """
    check_at_least("width", width, 1)
    theta = draws(draw_layers, (1, width, 1), seeds)
    if not spread:
        return theta
    places = torch.linspace(-END, END, 2 * width + 1, dtype=theta.dtype)[1::2]
    rows = []
    for row in theta:  # drawn one by one: their order is random enough for `places`
        (W, _), output = unpack(row, (1, width, 1))
        rows.append(pack([Layer(W, -W[:, 0] * places), output]))
    return torch.stack(rows)


def fit_sine(
    rule: Rule[Any],
    theta: Float[Tensor, "networks parameters"],
    steps: int,
) -> Fits:
    """Return what gradient descent on the mean squared error makes of networks.

    They see x standardised: (x - mean) / standard deviation over the period.

    Args:
        rule: How each gradient becomes a step.
        theta: Where to begin, a row for each network with one input, one hidden layer
            and one output.
        steps: How many; each sees all 257 points of one period. 0 or more.

    Raises:
        ValueError: If steps is negative, or theta is that of no such network, or has
            NaN or infinity.
    """
    check_at_least("steps", steps, 0)
    check_one_hidden(theta)
    check_finite("theta", theta, "draw it anew")

    def loss(theta: Tensor, _: object) -> Tensor:
        return (_miss(theta, 257) ** 2).mean(dim=1)

    if steps:
        theta, _ = train(rule, theta, loss, range(steps))
    errors = loss(theta, None), _miss(theta, 2001).abs().amax(dim=1)
    told = (error.nan_to_num(math.inf, posinf=math.inf) for error in errors)
    return Fits(theta, *told, *neurons(theta))  # type: ignore[call-arg]


def neurons(
    theta: Float[Tensor, "networks parameters"],
) -> tuple[Int[Tensor, " networks"], Int[Tensor, " networks"]]:
    """Return how many neurons bend within the period, and how many are dead on it.

    A sum is a straight line, so its signs at both ends tell.

    Raises:
        ValueError: If theta is that of no such network.
    """
    check_one_hidden(theta)
    width = theta.shape[1] // 3
    W, b = theta[:, :width], theta[:, width : 2 * width]
    left, right = b - END * W, b + END * W
    inside = (left > 0) != (right > 0)
    return inside.sum(dim=1), ((left <= 0) & (right <= 0)).sum(dim=1)


def _sine(x: Tensor) -> Tensor:
    """Return the sine at places that are standardised."""
    return torch.sin((x / END + 1) * (TURN / 2))


def _miss(theta: Tensor, points: int) -> Tensor:
    """Return by how much each network misses the sine at evenly spaced points."""
    x = torch.linspace(-END, END, points, dtype=theta.dtype, device=theta.device)
    sizes = (1, theta.shape[1] // 3, 1)
    given = x[:, None].expand(len(theta), -1, -1)
    return side_by_side(theta, sizes, given)[..., 0] - _sine(x)


def check_one_hidden(theta: Tensor) -> None:
    """Raise a ValueError unless theta has rows of 3 numbers a neuron, and one."""
    if not theta.numel():
        raise ValueError("theta is empty: give a row for each network")
    if theta.shape[1] % 3 != 1 or theta.shape[1] < 4:
        raise ValueError(
            f"theta has {theta.shape[1]} numbers a row: give 3 a neuron, and one"
        )
