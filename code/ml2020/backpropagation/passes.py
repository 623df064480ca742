"""Passes: forward through a network of layers, and backward to all its slopes, by hand.

Chapter: book/backpropagation.md
Source:  Rumelhart, Hinton and Williams (1986), equations 1 to 7,
         https://doi.org/10.1038/323533a0; Lee (2020), backpropagation
"""

from collections.abc import Sequence
from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor

from ml2020.backpropagation.bends import Bend
from ml2020.backpropagation.engine import numbers_only
from ml2020.deep_learning import Layer, Pass, layer_by_layer
from ml2020.support.checks import (
    check_filled,
    check_finite,
    check_like,
    check_met,
    check_shape,
)


class Backward(NamedTuple):
    """What the backward pass finds.

    Attributes:
        deltas: The slope of C by the sums of each layer (n, out), a row an example.
        by_weights: The slope by the weights of each layer (out, in), over all examples.
        by_biases: The slope by the biases of each layer (out,), over all examples.
    """

    deltas: list[Tensor]
    by_weights: list[Tensor]
    by_biases: list[Tensor]


def forward_pass(
    x: Float[Tensor, "n inputs"], layers: Sequence[Layer], bends: Sequence[Bend]
) -> Pass:
    """Return what each layer sums up and gives, as `layer_by_layer` does.

    Args:
        x: One row an example.
        layers: The weights, a row a neuron, and the biases of each layer.
        bends: What bends the sums of each layer.

    Raises:
        ValueError: If something is missing or does not fit, or a number is NaN or
            infinite: the first layer that makes it is named.
    """
    check_network(x, layers, bends)
    met = layer_by_layer(x, layers, [bend.value for bend in bends])
    check_made(met)
    return met


def backward_pass(
    slope: Float[Tensor, "n outputs"],
    layers: Sequence[Layer],
    bends: Sequence[Bend],
    met: Pass,
) -> Backward:
    """Return the slopes by all sums, weights and biases.

    Args:
        slope: The derivative of C by the outputs, a row an example.
        layers: The network.
        bends: What bends the sums of each layer.
        met: Its forward pass.

    Raises:
        ValueError: If the forward pass is not one of this network, the slope is not one
            of its outputs, or a number is NaN or infinite: the first layer on the way
            back that makes it is named.
    """
    check_met(layers, bends, met.z, met.a)
    check_slope(slope, met)
    delta = slope * bends[-1].slope(met.z[-1])
    deltas = [delta]
    for k in reversed(range(1, len(layers))):
        W, _ = layers[k]
        delta = bends[k - 1].slope(met.z[k - 1]) * (delta @ W)
        deltas.insert(0, delta)
    pairs = zip(deltas, met.a[:-1], strict=True)
    by_weights = [delta.T @ a for delta, a in pairs]
    by_biases = [delta.sum(dim=0) for delta in deltas]
    for k in reversed(range(len(layers))):
        numbers_only(f"slope by layers[{k}].W", by_weights[k])
        numbers_only(f"slope by layers[{k}].b", by_biases[k])
    return Backward(deltas, by_weights, by_biases)


def check_network(x: Tensor, layers: Sequence[Layer], bends: Sequence[Bend]) -> None:
    """Refuse what no forward pass can go through.

    Raises:
        ValueError: If there is no example or layer, a layer has no bend, shapes or
            kinds of numbers do not fit, or a number is NaN or infinite.
    """
    check_filled("x", x)
    check_finite("x", x)
    if not layers or len(bends) != len(layers):
        counts = f"layers has {len(layers)}, bends {len(bends)}"
        raise ValueError(f"{counts}: give at least one layer, and a bend for each")
    width = x.shape[1]
    for k, (W, b) in enumerate(layers):
        if W.ndim != 2 or W.shape[1] != width:
            shape = tuple(W.shape)
            raise ValueError(f"layers[{k}] has W {shape}: give it {width} columns")
        check_shape(f"layers[{k}].b", b, W.shape[:1])
        for name, value in ((f"layers[{k}].W", W), (f"layers[{k}].b", b)):
            check_like(name, value, "x", x)
            check_finite(name, value, "train anew with a lower rate")
        width = W.shape[0]


def check_made(met: Pass) -> None:
    """Refuse a forward pass that overflows.

    Raises:
        ValueError: If a sum, or what it is bent to, is NaN or infinite.
    """
    for k, (z, a) in enumerate(zip(met.z, met.a[1:], strict=True)):
        if not (z.isfinite().all() and a.isfinite().all()):
            raise ValueError(f"layers[{k}] makes NaN or infinity: lower x")


def check_slope(slope: Tensor, met: Pass) -> None:
    """Refuse a slope that is not one of these outputs.

    Raises:
        ValueError: If it has another shape or kind, or a number is NaN or infinite.
    """
    y = met.a[-1]
    check_shape("slope", slope, y.shape)
    check_like("slope", slope, "met", y)
    check_finite("slope", slope, "look at the loss")
