"""Shifted sigmoids: many neurons with the same weight add up to a rectifier, nearly.

Chapter: book/training_tips_training.md
Source:  Nair and Hinton (2010): stepped sigmoid units, whose sum is close to
         ln(1 + exp(x))
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.classification import sigmoid
from ml2020.support.checks import check_at_least


def shifted_sigmoids(x: Float[Tensor, "*shape"], count: int) -> Float[Tensor, "*shape"]:
    """Return the sum of sigmoids whose biases are -1/2, -3/2, and so on.

    It is the midpoint rule, with steps of 1, for the integral of sigmoid(x - t) over t
    from 0 to `count`; with the count without end that is ln(1 + exp(x)), the softplus.

    Args:
        x: What each of them gets.
        count: How many there are, 1 or more. Far above x more of them change nothing.

    Raises:
        ValueError: If count is below 1.
    """
    check_at_least("count", count, 1)
    shifts = torch.arange(count).to(x) + 0.5
    return sigmoid(x[..., None] - shifts).sum(dim=-1)


def softplus(x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return ln(1 + exp(x)), without overflow however large x is.

    At 0 it is ln 2 above the rectifier; on both sides it comes down to it.
    """
    return torch.logaddexp(x, torch.zeros_like(x))
