"""Pruning: take the least important weights away, for good.

Chapter: book/compression_prune.md
Source:  Han, Pool, Tran and Dally (2015), https://arxiv.org/abs/1506.02626
"""

import copy
from collections.abc import Mapping

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from ml2020.compression.network import keep
from ml2020.support.checks import check_filled, check_masks, check_scored

Scores = Mapping[str, Tensor]
Masks = dict[str, Tensor]


def kept(scores: Float[Tensor, " weights"], share: float) -> Bool[Tensor, " weights"]:
    """Return which weights stay if a share of them goes, those of least score first.

    Args:
        scores: How important each is; -inf if it has gone already, and is not counted.
        share: Of those still there, from 0 to less than 1; rounded to whole weights.

    Raises:
        ValueError: If the share is outside [0, 1], or nothing would be left.
    """
    check_pruned(scores, share)
    gone = int(scores.isneginf().sum())
    gone += round(share * (len(scores) - gone))
    stays = torch.ones_like(scores, dtype=torch.bool)
    stays[scores.argsort(stable=True)[:gone]] = False
    return stays


def global_masks(scores: Scores, share: float) -> Masks:
    """Return masks for a share of all weights, compared with each other.

    Args:
        scores: By a parameter's name, how important each of its weights is; -inf if it
            has gone already.
        share: Of those still there.

    Raises:
        ValueError: If the share is outside [0, 1], or a layer would lose all.
    """
    check_scored(scores)
    sizes = [s.numel() for s in scores.values()]
    stays = kept(torch.cat([s.flatten() for s in scores.values()]), share)
    pairs = zip(scores.items(), stays.split(sizes), strict=True)  # type: ignore[no-untyped-call]
    masks = {name: mask.view_as(s) for (name, s), mask in pairs}
    check_layers(masks, share)
    return masks


def layer_masks(scores: Scores, share: float) -> Masks:
    """Return masks for the same share of each layer's weights.

    Raises:
        ValueError: If the share is outside [0, 1], or a layer would lose all.
    """
    check_scored(scores)
    return {n: kept(s.flatten(), share).view_as(s) for n, s in scores.items()}


def magnitudes(model: nn.Module, masks: Mapping[str, Tensor] | None = None) -> Masks:
    """Return the absolute value of each weight; -inf where a mask is 0.

    Biases and other parameters with one axis are left out: there are few of them.
    """
    check_masks(model, masks or {})
    found = {n: w.detach().abs() for n, w in model.named_parameters() if w.ndim > 1}
    return unmasked(found, masks or {})


def unmasked(scores: Scores, masks: Mapping[str, Tensor]) -> Masks:
    """Return the scores with -inf where a mask is 0."""
    return {
        name: s.masked_fill(masks[name] == 0, -torch.inf) if name in masks else s
        for name, s in scores.items()
    }


def without(model: nn.Sequential, masks: Mapping[str, Tensor]) -> nn.Sequential:
    """Return a copy of a network without the weights whose mask is 0.

    Raises:
        ValueError: If a mask fits no parameter.
    """
    check_masks(model, masks)
    model = copy.deepcopy(model)
    keep(model, masks)
    return model


def density(masks: Mapping[str, Tensor]) -> float:
    """Return which share of the weights is left.

    Raises:
        ValueError: If there is no mask.
    """
    check_scored(masks)
    left = sum(int((mask != 0).sum()) for mask in masks.values())
    return left / sum(mask.numel() for mask in masks.values())


def check_pruned(scores: Tensor, share: float) -> None:
    """Refuse a share that is none, and one that leaves nothing.

    Raises:
        ValueError: If there is no score, one is NaN, the share is outside [0, 1], or
            nothing would be left.
    """
    check_filled("scores", scores, "weight")
    if scores.isnan().any():
        raise ValueError("scores has NaN: train anew with a lower rate")
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share}: give a share from 0 to below 1")
    there = int((~scores.isneginf()).sum())
    if round(share * there) == there:
        raise ValueError(f"share is {share}: of {there} weights none is left; lower it")


def check_layers(masks: Masks, share: float) -> None:
    """Refuse masks that cut a network in two.

    Raises:
        ValueError: If one is 0 everywhere.
    """
    for name, mask in masks.items():
        if not mask.any():
            raise ValueError(
                f"share is {share}: nothing of {name} is left; lower it, or prune each"
                " layer by its own"
            )
