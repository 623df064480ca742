"""Fewer: weights or neurons that a trained network goes without, the rest tuned.

Chapter: book/compression_small.md
Source:  Han, Pool, Tran and Dally (2015), https://arxiv.org/abs/1506.02626; filters by
         their size: Li et al. (2017), https://arxiv.org/abs/1608.08710
"""

import torch
from torch import nn

from ml2020.compression.pruning import global_masks, magnitudes
from ml2020.compression.small_task import TUNED, clothes, half
from ml2020.compression.through import Descent, kept_by, learned, parameters
from ml2020.compression.tuned import Small, plain, put


def pruned(model: nn.Module, kept: float, lr: float, seed: int) -> Small:
    """Return the network with its largest weights, in whichever layer, tuned.

    Raises:
        ValueError: If kept is not above 0, or above 1.
    """
    check_kept_share(kept)
    real, task = parameters(model), clothes()
    masks = global_masks(magnitudes(model), 1 - kept)
    made, dice = kept_by(masks), torch.Generator().manual_seed(seed)
    if lr:
        real = learned(
            model, real, made, task.X, task.y, Descent(lr, TUNED), generator=dice
        )
    return plain(put(model, made(real)))


def fewer(model: nn.Sequential, seed: int) -> nn.Sequential:
    """Return the half of the network whose filters and neurons have the most weight."""
    small, ids = half(seed), torch.arange(1)
    for name, layer in model.named_children():
        if not isinstance(layer, nn.Conv2d | nn.Linear):
            continue
        own = small.get_submodule(name)
        W, inputs = layer.weight.detach(), len(ids)
        if isinstance(layer, nn.Linear) and W.shape[1] > inputs * 2:
            W = W.unflatten(1, (inputs * 2, -1))  # type: ignore[no-untyped-call]
        W = W[:, ids]
        most = len(own.get_parameter("bias"))
        ids = W.flatten(1).norm(dim=1).topk(most).indices.sort().values
        weight = W[ids].reshape(own.get_parameter("weight").shape)
        put(own, {"weight": weight, "bias": layer.get_parameter("bias").detach()[ids]})
    return small


def check_kept_share(kept: float) -> None:
    """Refuse to prune everything.

    Raises:
        ValueError: If the share is not above 0, or above 1.
    """
    if not 0 < kept <= 1:
        raise ValueError(f"kept is {kept}: keep more than 0, up to 1")
