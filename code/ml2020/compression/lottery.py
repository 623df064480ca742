"""Lottery: which weights of the start win, found by training and pruning in turn.

Chapter: book/compression_prune.md
Source:  Frankle and Carbin (2019), section 2, https://arxiv.org/abs/1803.03635; the
         constant with the sign of each weight is that of Zhou, Lan, Liu and Yosinski
         (2019), https://arxiv.org/abs/1905.01067
"""

import copy
from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor, nn

from ml2020.compression.pruning import Masks, global_masks, magnitudes
from ml2020.support.checks import check_at_least, check_masks

Train = Callable[[nn.Sequential, Masks], nn.Sequential]


def tickets(
    start: nn.Sequential,
    train: Train,
    share: float,
    rounds: int,
    masks_of: Callable[[Masks, float], Masks] = global_masks,
) -> Iterator[Masks]:
    """Yield the masks after each round: train, prune, and back to the start.

    Args:
        start: The network before any training; it stays as it is.
        train: Maps a network and masks to the network after its training.
        share: Of the weights still there that goes in each round.
        rounds: How many, 1 or more.
        masks_of: How scores and a share become masks.

    Raises:
        ValueError: If there is no round, or the share leaves nothing.
    """
    check_at_least("rounds", rounds, 1)
    masks: Masks = {}
    for _ in range(rounds):
        masks = masks_of(magnitudes(train(start, masks), masks), share)
        yield masks


def only_signs(start: nn.Sequential) -> nn.Sequential:
    """Return the start with one size for all weights of a layer, each with its sign.

    The size is the root of the layer's mean square; biases stay.
    """
    start = copy.deepcopy(start)
    with torch.no_grad():
        for w in start.parameters():
            if w.ndim > 1:
                w.copy_(w.sign() * w.square().mean().sqrt())
    return start


def signs_of(start: nn.Sequential, other: nn.Sequential) -> nn.Sequential:
    """Return another start whose weights have the signs of this one.

    Raises:
        ValueError: If it has other parameters.
    """
    theirs = dict(other.named_parameters())
    check_masks(start, theirs)
    start = copy.deepcopy(start)
    with torch.no_grad():
        for name, w in start.named_parameters():
            if w.ndim > 1:
                w.copy_(w.sign() * theirs[name].abs())
    return start


def other_places(
    masks: Mapping[str, Tensor], *, generator: torch.Generator | None = None
) -> Masks:
    """Return masks that let as many weights stay in each layer, at places by chance.

    Args:
        masks: By a parameter's name; if it has three axes, the first is the network,
            and each network keeps its number.
        generator: Seed it to draw the same places again.
    """
    found = {}
    for name, mask in masks.items():
        rows = mask.flatten(1) if mask.ndim == 3 else mask.flatten()[None]
        order = torch.rand(
            rows.shape, generator=generator, dtype=torch.float32
        ).argsort(dim=1)
        found[name] = rows.gather(1, order).view_as(mask)
    return found
