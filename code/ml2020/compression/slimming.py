"""Slimming: training pays for the factor of each channel, and small factors go.

Chapter: book/compression_prune.md
Source:  Liu et al. (2017), section 3, https://arxiv.org/abs/1708.06519
"""

import copy
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ml2020.compression.network import BATCH, small_network
from ml2020.compression.neurons import Neurons
from ml2020.gradient_descent import shuffled_batches
from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_learned,
    check_normalised,
    check_positive,
    check_shape,
)


def scaled_network(seed: int) -> nn.Sequential:
    """Return the network of the lecture with normalisation behind convolutions."""
    layers: list[nn.Module] = []
    for layer in small_network(seed):
        layers.append(layer)
        if isinstance(layer, nn.Conv2d):
            layers.append(nn.BatchNorm2d(layer.out_channels))
    return nn.Sequential(*layers)


def factors_of(model: nn.Sequential) -> list[Tensor]:
    """Return gamma of each batch normalisation, a number a channel."""
    return [layer.weight for layer in model if isinstance(layer, nn.BatchNorm2d)]


def slim_loss(model: nn.Sequential, X: Tensor, y: Tensor, weight: float) -> Tensor:
    """Return the mean cross-entropy, and what the factors of the channels cost.

    Args:
        model: With batch normalisation.
        X: Pictures.
        y: Their classes.
        weight: Of the sum of the factors' sizes, 0 or more.

    Raises:
        ValueError: If the weight is negative, or there is no factor, or no picture.
    """
    check_filled("X", X)
    check_slim(model, weight)
    sizes = [gamma.abs().sum() for gamma in factors_of(model)]
    return F.cross_entropy(model(X), y) + weight * torch.stack(sizes).sum()


def slimmed(
    model: nn.Sequential,
    X: Tensor,
    y: Tensor,
    lr: float,
    epochs: int,
    weight: float,
    *,
    generator: torch.Generator | None = None,
) -> nn.Sequential:
    """Return a network after the descent of `learned` with factors that cost.

    Args:
        model: With batch normalisation; it stays as it is.
        X: Pictures, a row each.
        y: Their classes.
        lr: The rate of the first batch, positive.
        epochs: 1 or more.
        weight: Of the sum of the factors' sizes, 0 or more.
        generator: Of the order of the pictures.

    Raises:
        ValueError: If there is no picture or factor, or a number has gone wrong.
    """
    check_filled("X", X)
    check_finite("X", X)
    check_positive("lr", lr)
    check_at_least("epochs", epochs, 1)
    model = copy.deepcopy(model).train()
    rule = torch.optim.Adam(model.parameters(), lr)
    batches = shuffled_batches(len(X), min(BATCH, len(X)), epochs, generator=generator)
    for step, rows in enumerate(batches):
        rule.param_groups[0]["lr"] = lr * (1 - step / len(batches))
        rule.zero_grad()
        slim_loss(model, X[rows], y[rows], weight).backward()  # type: ignore[no-untyped-call]
        rule.step()
    check_learned(model.parameters(), lr)
    return model.eval()


def fold(conv: Any, norm: Any) -> None:
    """Let a convolution, itself, say what it says behind a batch normalisation.

    Args:
        conv: With a bias.
        norm: In use.

    Raises:
        ValueError: If there is no bias, no mean, no factors, or not one a channel.
    """
    check_normalised((conv, norm))
    if norm.weight is None or conv.bias is None:
        raise ValueError("norm has no factors, or conv no bias: give it ones, or zeros")
    check_shape("norm.weight", norm.weight, tuple(conv.bias.shape))
    scale = norm.weight / (norm.running_var + norm.eps) ** 0.5
    bias = norm.bias + (conv.bias - norm.running_mean) * scale
    conv.weight = nn.Parameter(
        (conv.weight * scale[:, None, None, None]).detach(),
    )
    conv.bias = nn.Parameter(bias.detach())


def folded(model: nn.Sequential) -> nn.Sequential:
    """Return what says the same in use without normalisations; refuses as `fold`."""
    check_normalised(model)
    layers: list[nn.Module] = []
    for layer in copy.deepcopy(model):
        if isinstance(layer, nn.BatchNorm2d):
            fold(layers[-1], layer)
        else:
            layers.append(layer)
    return nn.Sequential(*layers)


def channel_factors(model: nn.Sequential) -> Neurons:
    """Return the size of each channel's factor, by its layer's place when folded."""
    places = [k for k, m in enumerate(folded(model)) if isinstance(m, nn.Conv2d)]
    sizes = [gamma.detach().abs() for gamma in factors_of(model)]
    return dict(zip(places, sizes, strict=True))


def check_slim(model: nn.Sequential, weight: float) -> None:
    """Raise a ValueError for a price below 0, and for a network without factors."""
    check_at_least("weight", weight, 0)
    if not factors_of(model):
        raise ValueError("model has no factors: put nn.BatchNorm2d behind its layers")
