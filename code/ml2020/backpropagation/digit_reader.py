"""Digit reader: a network of rectifiers, its gradient by our engine and by torch.

Chapter: book/backpropagation.md
Source:  the digits are those of the lecture before, `ml2020.deep_learning.digit_sets`
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.backpropagation.bends import RELU, STRAIGHT
from ml2020.backpropagation.engine import backward
from ml2020.backpropagation.passes import forward_pass
from ml2020.backpropagation.values import (
    Value,
    relu,
    softmax_cross_entropy,
    turned,
)
from ml2020.deep_learning import unpack
from ml2020.support.checks import check_filled

Vector = Float[Tensor, " parameters"]
Pictures = Float[Tensor, "n dots"]
Labels = Int[Tensor, " n"]


def engine_cost(values: Sequence[Value], X: Pictures, labels: Labels) -> Value:
    """Return the mean cross entropy of rectifiers, as a value.

    Args:
        values: The weights and the biases of each layer in turn.
        X: One row an example.
        labels: What each shows.

    Raises:
        ValueError: If there is no example or layer, something does not fit, or NaN or
            infinity comes up: the place where it does first is named.
    """
    check_pairs(values)
    a = Value(X, "X")
    *hidden, (W, b) = zip(values[::2], values[1::2], strict=True)
    for W_l, b_l in hidden:
        a = relu(a @ turned(W_l) + b_l)
    return softmax_cross_entropy(a @ turned(W) + b, labels) * (1 / len(X))


def engine_gradient(
    theta: Vector, sizes: Sequence[int], X: Pictures, labels: Labels
) -> Vector:
    """Return the slope of the mean cross entropy by each parameter, by our engine.

    Raises:
        ValueError: As `engine_cost` and `unpack` do.
    """
    flat = [part for layer in unpack(theta, sizes) for part in layer]
    names = [f"{name}{k + 1}" for k in range(len(sizes) - 1) for name in "Wb"]
    values = [Value(part, name) for part, name in zip(flat, names, strict=True)]
    slopes = backward(engine_cost(values, X, labels), values)
    return torch.cat([slope.flatten() for slope in slopes])


def torch_gradient(
    theta: Vector, sizes: Sequence[int], X: Pictures, labels: Labels
) -> Vector:
    """Return the same slopes by autograd, with none of our functions.

    NaN and infinity pass, as torch lets them.

    Raises:
        ValueError: If there is no example, or as `unpack` does.
    """
    check_filled("X", X)
    theta = theta.detach().requires_grad_()
    *hidden, (W, b) = unpack(theta, sizes)
    a = X
    for W_l, b_l in hidden:
        a = F.relu(F.linear(a, W_l, b_l))
    cost = F.cross_entropy(F.linear(a, W, b), labels)
    return torch.autograd.grad(cost, theta)[0]


def named_rightly(
    theta: Vector, sizes: Sequence[int], X: Pictures, labels: Labels
) -> int:
    """Return how many pictures the network names rightly.

    Raises:
        ValueError: As `forward_pass` and `unpack` do.
    """
    layers = unpack(theta, sizes)
    bends = [RELU] * (len(layers) - 1) + [STRAIGHT]
    said = forward_pass(X, layers, bends).a[-1].argmax(dim=1)
    return int((said == labels).sum())


def check_pairs(values: Sequence[Value]) -> None:
    """Refuse values that are not weights and biases in turn.

    Raises:
        ValueError: If there is none, or the last layer has no biases.
    """
    if not values or len(values) % 2:
        raise ValueError(f"values has {len(values)}: give W and b of 1 layer or more")
