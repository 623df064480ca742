"""Steps: what was said before each step, and what the steps of a sequence cost.

Chapter: book/conditional_generation_sequence.md
Source:  the chain rule of probability; Lee (2020), conditional generation
"""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_filled


def before(W: Tensor, nothing: int) -> Tensor:
    """Return the symbols moved by one step, with nothing before the first."""
    return torch.cat([torch.full_like(W[:, :1], nothing), W[:, :-1]], dim=1)


def mean_bits(scores: Tensor, W: Tensor) -> float:
    """Return how many bits a symbol costs: the mean of -log2 P.

    Args:
        scores: Of what is next, given what is before (n, S, symbols).
        W: What is next (n, S).
    """
    return F.cross_entropy(scores.mT, W).item() / math.log(2)


def log_likelihood(
    scores: Float[Tensor, "n S symbols"], W: Int[Tensor, "n S"]
) -> Float[Tensor, " n"]:
    """Return the logarithm of the probability of each sequence: a sum over its steps.

    Args:
        scores: Of what is next, given what is before.
        W: What is next; -100 behind the end does not count.

    Raises:
        ValueError: If there is no sequence, or one of length 0.
    """
    check_filled("W", W, "symbol")
    of_each = F.cross_entropy(scores.mT, W, reduction="none")
    return -of_each.sum(dim=1)
