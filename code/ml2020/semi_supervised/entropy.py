"""Entropy: how undecided an answer is, and what pushes it to a decision.

Chapter: book/semi_supervised.md
Source:  Grandvalet and Bengio (2005), section 2; for hard labels Lee (2013), section 2
"""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.support.checks import check_choices


def entropy(y: Float[Tensor, "*n classes"]) -> Float[Tensor, "*n"]:
    """Return -sum y ln y of each answer; what is impossible adds nothing.

    Args:
        y: Probabilities of the classes.

    Raises:
        ValueError: If one is negative or NaN, they do not add up to 1, or there is
            none.
    """
    check_choices(y)
    return torch.special.entr(y).sum(dim=-1)


def entropy_slope(z: Float[Tensor, "*n classes"]) -> Float[Tensor, "*n classes"]:
    """Return the slope of the entropy of softmax(z) by each score."""
    y = z.softmax(dim=-1)
    part = torch.special.entr(y)  # -y ln y, and 0 for what is impossible
    return part - y * part.sum(dim=-1, keepdim=True)


def hard_slope(z: Float[Tensor, "*n classes"]) -> Float[Tensor, "*n classes"]:
    """Return the slope of the cross entropy, as if the likeliest class were true."""
    return z.softmax(dim=-1) - one_hot(z.argmax(dim=-1), z.shape[-1]).to(z)
