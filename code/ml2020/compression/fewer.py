"""Fewer: weights that a trained network goes without, the rest tuned.

Chapter: book/compression_small.md
Source:  Han, Pool, Tran and Dally (2015), https://arxiv.org/abs/1506.02626
"""

import torch
from torch import nn

from ml2020.compression.pruning import global_masks, magnitudes
from ml2020.compression.small_task import TUNED, clothes
from ml2020.compression.through import Descent, kept_by, learned, parameters
from ml2020.compression.tuned import Small, plain, put


def pruned(
    model: nn.Module, kept: float, lr: float, seed: int, passes: int = TUNED
) -> Small:
    """Return the network with its largest weights, in whichever layer, tuned.

    Args:
        model: Trained; itself it changes.
        kept: Share of the weights.
        lr: The rate of what comes after the cut; 0: nothing does.
        seed: Of the order of the pictures.
        passes: Through these.

    Raises:
        ValueError: If kept is not above 0, or above 1.
    """
    check_kept_share(kept)
    real, task = parameters(model), clothes()
    masks = global_masks(magnitudes(model), 1 - kept)
    made, dice = kept_by(masks), torch.Generator().manual_seed(seed)
    if lr:
        real = learned(
            model, real, made, task.X, task.y, Descent(lr, passes), generator=dice
        )
    return plain(put(model, made(real)))


def check_kept_share(kept: float) -> None:
    """Refuse to prune everything.

    Raises:
        ValueError: If the share is not above 0, or above 1.
    """
    if not 0 < kept <= 1:
        raise ValueError(f"kept is {kept}: keep more than 0, up to 1")
