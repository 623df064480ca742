"""Reversed network: a network of its own, whose forward pass is the backward pass.

Chapter: book/backpropagation.md
Source:  Lee (2020), backpropagation, backward pass: neurons become amplifiers
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from ml2020.backpropagation.bends import STRAIGHT, Bend
from ml2020.deep_learning import Layer, Pass
from ml2020.support.checks import check_filled, check_finite, check_met, check_shape


def amplifier(gain: Tensor) -> Bend:
    """Return the bend of a reversed neuron: a line through 0 with a fixed slope.

    Args:
        gain: How much it multiplies by, a row an example; fixed by the forward pass.

    Raises:
        ValueError: If there is no gain, one is NaN or infinite, or what comes in later
            is not of the same examples.
    """
    check_filled("gain", gain)
    check_finite("gain", gain, "look at the forward pass")

    def value(z: Tensor) -> Tensor:
        check_shape("z", z, gain.shape)
        return gain * z

    def slope(z: Tensor) -> Tensor:
        check_shape("z", z, gain.shape)
        return gain

    return Bend(value, slope)


def reversed_network(
    layers: Sequence[Layer], bends: Sequence[Bend], met: Pass
) -> tuple[list[Layer], list[Bend]]:
    """Return the layers and bends of the network run backwards.

    Its input is the slope of C by the outputs, its layers give the deltas, the last one
    first, and its output is the slope of C by the inputs.

    Args:
        layers: The network.
        bends: What bends the sums of each layer.
        met: Its forward pass, which fixes the gains.

    Raises:
        ValueError: If that is not one of this network, or a gain is NaN or infinite.
    """
    check_met(layers, bends, met.z, met.a)
    pairs = zip(bends, met.z, strict=True)
    gains = [amplifier(bend.slope(sums)) for bend, sums in pairs]
    z = met.z[-1]
    first = torch.eye(z.shape[1]).to(z)  # no weights there
    turned = [first] + [W.T for W, _ in reversed(layers)]
    back_layers = [Layer(W, W.new_zeros(len(W))) for W in turned]  # no bias
    return back_layers, [*gains[::-1], STRAIGHT]
