"""Slopes: how steep the loss is by the sums of each layer, from first to last.

Chapter: book/training_tips_training.md
Source:  Lee (2020), vanishing gradient problem; Glorot and Bengio (2010), who
         compare gradients layer by layer
"""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.deep_learning import Layer, forward, straight
from ml2020.deep_learning.forward_pass import Bend
from ml2020.logistic_regression import softmax_loss


def slopes_by_layer(
    layers: Sequence[Layer],
    bend: Bend,
    X: Float[Tensor, "n features"],
    labels: Int[Tensor, " n"],
) -> Float[Tensor, " layers"]:
    """Return the root mean square of the slopes of the loss by the sums of each layer.

    The mean is over the neurons of a layer and the examples; each slope is that of the
    example's own loss.

    Args:
        layers: The network; its last layer is straight, and gives a score a class.
        bend: What bends the sums of all other layers.
        X: One row an example.
        labels: The right class of each.

    Raises:
        ValueError: If the network refuses X or the labels.
    """
    bends = [bend] * (len(layers) - 1) + [straight]
    z = forward(X.detach().requires_grad_(), layers, bends).z
    deltas = torch.autograd.grad(softmax_loss(z[-1], labels), z)
    return torch.stack([delta.square().mean().sqrt() for delta in deltas])


def differences(
    layers: Sequence[Layer], bend: Bend, X: Float[Tensor, "n features"]
) -> Float[Tensor, " layers"]:
    """Return how much what goes into each layer differs from example to example.

    It is the standard deviation over the examples, as root mean square over the inputs.

    Args:
        layers: The network; its last layer is straight.
        bend: What bends the sums of all other layers.
        X: One row an example. In float32 differences below 1e-7 of what is said are
            rounding: give float64 to see smaller ones.

    Raises:
        ValueError: If the network refuses X.
    """
    bends = [bend] * (len(layers) - 1) + [straight]
    enters = forward(X, layers, bends).a[:-1]
    return torch.stack([a.var(0, correction=0).mean().sqrt() for a in enters])


def ripple(
    layers: Sequence[Layer], bend: Bend, x: Float[Tensor, "1 features"], by: float
) -> Float[Tensor, " layers"]:
    """Return how much each layer's outputs move when the very first weight does.

    Of each layer it is the largest change of an output.

    Args:
        layers: The network; its last layer is straight.
        bend: What bends the sums of all other layers.
        x: One example.
        by: How much is added to the first weight of the first neuron.

    Raises:
        ValueError: If the network refuses x, or `by` is NaN or infinite.
    """
    check_nudge(by)
    bends = [bend] * (len(layers) - 1) + [straight]
    (W, b), *rest = layers
    moved = W.clone()
    moved[0, 0] += by
    before = forward(x, layers, bends).a[1:]
    after = forward(x, [Layer(moved, b), *rest], bends).a[1:]
    pairs = zip(before, after, strict=True)
    return torch.stack([(new - old).abs().max() for old, new in pairs])


def check_nudge(by: float) -> None:
    """Refuse a nudge that is no number.

    Raises:
        ValueError: If it is NaN or infinite.
    """
    if not math.isfinite(by):
        raise ValueError(f"by is {by}: give a number")
