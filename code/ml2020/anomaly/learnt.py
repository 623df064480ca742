"""Learnt confidence: the network may ask for a hint, and pays for it.

Chapter: book/anomaly_labels.md
Source:  DeVries and Taylor (2018), equations 2 to 5, https://arxiv.org/abs/1802.04865
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import logsigmoid, one_hot

from ml2020.support.checks import check_at_least, check_classes, check_finite


def hinted_loss(
    z: Float[Tensor, "n classes"],
    asked: Float[Tensor, " n"],
    y: Int[Tensor, " n"],
    weight: float,
) -> Float[Tensor, ""]:
    """Return the mean of -ln p'_y - weight ln c, with p' = c p + (1 - c) y.

    Args:
        z: The scores of the classes; p is their softmax.
        asked: The confidence c before its sigmoid.
        y: The labels.
        weight: What a hint costs, 0 or more.

    Raises:
        ValueError: If a score is NaN or infinite, a label is none, or the weight is
            below 0.
    """
    check_at_least("weight", weight, 0)
    check_classes("y", y, z.shape[1])
    check_finite("z", z, "train anew with a lower rate")
    check_finite("asked", asked, "train anew with a lower rate")
    c = asked.sigmoid()[:, None]
    hinted = c * z.softmax(dim=1) + (1 - c) * one_hot(y, z.shape[1]).to(z)
    told = hinted.gather(1, y[:, None])[:, 0]
    tiny = torch.finfo(z.dtype).tiny
    return (-told.clamp(min=tiny).log() - weight * logsigmoid(asked)).mean()
