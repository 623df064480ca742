"""Separable: a convolution as one filter a channel, then sums over channels.

Chapter: book/compression_small.md
Source:  Howard et al. (2017), section 3.1, https://arxiv.org/abs/1704.04861
"""

import copy
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import conv2d

from ml2020.support.checks import check_at_least, check_finite, check_groups


class Pair(NamedTuple):
    """A depthwise and a pointwise convolution."""

    D: Float[Tensor, "I k k"]  # one filter for each channel that comes in
    P: Float[Tensor, "O I"]  # how the channels that go out are mixed


def separable(
    x: Float[Tensor, "n I rows columns"], pair: Pair
) -> Float[Tensor, "n O rows2 columns2"]:
    """Return what a depthwise and then a pointwise convolution say, without padding."""
    D, P = pair
    alone = conv2d(x, D[:, None], groups=len(D))  # (n, I, rows2, columns2)
    return torch.einsum("oi, nirc -> norc", P, alone)


def full_kernel(pair: Pair) -> Float[Tensor, "O I k k"]:
    """Return the kernel of the one convolution that says the same as the pair."""
    D, P = pair
    return P[:, :, None, None] * D


def nearest_pair(W: Float[Tensor, "O I k k"]) -> Pair:
    """Return the pair whose full kernel is nearest to a given one.

    For each channel that comes in, the kernel is a matrix of a filter a row; the pair
    has rank 1 there, so that the nearest is known, channel by channel.

    Args:
        W: The kernel of a full convolution.

    Raises:
        ValueError: If a number is NaN or infinite.
    """
    check_finite("W", W, "train anew with a lower rate")
    k = W.shape[-1]
    matrices = W.detach().transpose(0, 1).flatten(2)  # (I, O, k k)
    U, sigma, Vt = torch.linalg.svd(matrices, full_matrices=False)
    root = sigma[:, 0].sqrt()
    D = (root[:, None] * Vt[:, 0]).view(-1, k, k)
    return Pair(D, (root[:, None] * U[:, :, 0]).T)


def split(layer: nn.Conv2d, *, nearest: bool) -> nn.Sequential:
    """Return two convolutions in the place of one: a filter a channel, then 1 by 1.

    Args:
        layer: Without groups; it stays as it is. Stride and padding go to the first.
        nearest: Take the nearest pair of weights; else they are drawn by torch.

    Raises:
        ValueError: As `nearest_pair` does, or if the layer has groups.
    """
    check_whole(layer)
    inputs, outputs = layer.in_channels, layer.out_channels
    alone = copy.deepcopy(layer)
    alone.out_channels, alone.groups, alone.bias = inputs, inputs, None
    alone.weight = nn.Parameter(layer.weight.new_empty(inputs, 1, *layer.kernel_size))
    bias, kind = layer.bias is not None, layer.weight.dtype
    mixed = nn.Conv2d(inputs, outputs, 1, bias=bias, dtype=kind)
    alone.reset_parameters()
    if nearest:
        pair = nearest_pair(layer.weight)
        alone.weight = nn.Parameter(pair.D[:, None])
        mixed.weight = nn.Parameter(pair.P[:, :, None, None])
        mixed.bias = copy.deepcopy(layer.bias)
    return nn.Sequential(alone, mixed)


def kernel_weights(
    inputs: int, outputs: int, k: int, *, apart: bool, groups: int = 1
) -> int:
    """Return the weights of a convolution, full, in groups, or apart as a pair.

    Times the places where it is computed, they are its multiplications.

    Args:
        inputs: Channels that come in.
        outputs: Channels that go out.
        k: Rows and columns of a filter.
        apart: Depthwise and pointwise; then without groups.
        groups: Parts of the channels that do not see each other.

    Raises:
        ValueError: If a number is below 1, or groups do not divide the channels.
    """
    for name, value in (("inputs", inputs), ("outputs", outputs), ("k", k)):
        check_at_least(name, value, 1)
    check_groups(inputs, outputs, groups)
    if apart:
        return k**2 * inputs + inputs * outputs
    return k**2 * inputs * outputs // groups


def check_whole(layer: nn.Conv2d) -> None:
    """Refuse a convolution in groups, or of filters that are no squares.

    Raises:
        ValueError: If it has some, or is of such.
    """
    if layer.groups != 1:
        raise ValueError(f"layer has {layer.groups} groups: give one without")
    if len(set(layer.kernel_size)) != 1:
        raise ValueError(
            f"layer has a kernel of {layer.kernel_size}: give a square one"
        )
