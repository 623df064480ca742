"""Neurons: take whole filters and neurons away, so that a smaller network is left.

Chapter: book/compression_prune.md
Source:  Li, Kadav, Durdanovic, Samet and Graf (2017), https://arxiv.org/abs/1608.08710;
         how often a neuron speaks is counted as by Hu, Peng, Tai and Tang (2016),
         https://arxiv.org/abs/1607.03250
"""

import copy
from collections.abc import Mapping

import torch
from jaxtyping import Bool
from torch import Tensor, nn

from ml2020.compression.pruning import kept
from ml2020.support.checks import check_filled, check_finite, check_flat

Neurons = dict[int, Tensor]
Layer = nn.Conv2d | nn.Linear


def layers(model: nn.Sequential) -> dict[int, Layer]:
    """Return the layers that have weights, by place."""
    return {k: m for k, m in enumerate(model) if isinstance(m, nn.Conv2d | nn.Linear)}


def incoming(model: nn.Sequential) -> Neurons:
    """Return the sum of the absolute weights into each filter or neuron.

    Of all layers but the last, whose neurons are the classes.
    """
    found = layers(model)
    return {k: found[k].weight.detach().abs().flatten(1).sum(1) for k in [*found][:-1]}


@torch.no_grad()
def activity(model: nn.Sequential, X: Tensor) -> Neurons:
    """Return how often each filter or neuron says more than 0, but for the last layer.

    Args:
        model: A rectifier follows each of these layers.
        X: Examples, a row each.

    Raises:
        ValueError: If there is no example, or one is NaN or infinite.
    """
    check_filled("X", X)
    check_finite("X", X)
    check_flat(model)
    found, last = {}, [*layers(model)][-1]
    for k, layer in enumerate(model):
        X = layer(X)
        if k in layers(model) and k != last:
            found[k] = (X > 0).float().transpose(0, 1).flatten(1).mean(dim=1)
    return found


def strongest(scores: Neurons, share: float) -> Neurons:
    """Return which neurons of each layer stay if a share of each goes.

    Raises:
        ValueError: If the share is outside [0, 1], or a layer would lose all.
    """
    return {k: kept(s, share) for k, s in scores.items()}


def smaller(model: nn.Sequential, stays: Mapping[int, Tensor]) -> nn.Sequential:
    """Return the network that is left, with smaller layers.

    Args:
        model: Convolutions, rectifiers, a flattening, linear layers; it stays as it is.
        stays: By the place of a layer, which of its filters or neurons stay.

    Raises:
        ValueError: If there is no such layer, it has another size, is the last, or
            would lose all.
    """
    check_stays(model, stays)
    model = copy.deepcopy(model)
    inputs = None  # which of what a layer is told is still said
    for k, layer in layers(model).items():
        outputs = stays.get(k, torch.ones(len(layer.weight), dtype=torch.bool))
        if inputs is None:
            inputs = torch.ones(layer.weight.shape[1], dtype=torch.bool)
        # Behind the flattening a filter is as many inputs as its map has dots.
        inputs = inputs.repeat_interleave(layer.weight.shape[1] // len(inputs))
        cut(layer, inputs, outputs)
        inputs = outputs
    return model


def cut(
    layer: Layer, inputs: Bool[Tensor, " inputs"], outputs: Bool[Tensor, " outputs"]
) -> None:
    """Leave a layer, itself, only some of its inputs and outputs."""
    layer.weight = nn.Parameter(layer.weight.detach()[outputs][:, inputs])
    if layer.bias is not None:
        layer.bias = nn.Parameter(layer.bias.detach()[outputs])
    if isinstance(layer, nn.Conv2d):
        layer.in_channels, layer.out_channels = (
            int(inputs.sum()),
            int(outputs.sum()),
        )
    else:
        layer.in_features, layer.out_features = (
            int(inputs.sum()),
            int(outputs.sum()),
        )


@torch.no_grad()
def multiplications(model: nn.Sequential, x: Tensor) -> int:
    """Return how often two numbers are multiplied for one example, in all layers.

    Args:
        model: Convolutions without groups, linear layers, and what does not multiply.
        x: Examples; the first is shown.

    Raises:
        ValueError: If there is no example, or one is NaN or infinite.
    """
    check_filled("x", x)
    check_finite("x", x)
    check_flat(model)
    total, x = 0, x[:1]
    for layer in model:
        x = layer(x)
        if isinstance(layer, nn.Conv2d | nn.Linear):
            total += layer.weight[0].numel() * x[0].numel()
    return total


def check_stays(model: nn.Sequential, stays: Mapping[int, Tensor]) -> None:
    """Refuse neurons of another network, and to take a whole layer away.

    Raises:
        ValueError: If there is no such layer, it has another size, is the last, or
            would lose all; or there are layers that cannot be cut.
    """
    check_flat(model)
    for k, layer in layers(model).items():
        if getattr(layer, "groups", 1) != 1:
            raise ValueError(f"model[{k}] has groups: give convolutions without")
    sizes = {k: len(layer.weight) for k, layer in [*layers(model).items()][:-1]}
    for k, stay in stays.items():
        if stay.shape != (sizes.get(k),):
            raise ValueError(f"stays[{k}] fits no hidden layer: score this network")
        if not stay.any():
            raise ValueError(f"stays[{k}] leaves nothing of the layer: let one stay")
