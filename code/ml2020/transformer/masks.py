"""Masks: what a place may see: what stands before it, and not what fills up a batch.

Chapter: book/transformer_attention.md
Source:  Vaswani et al. (2017), section 3.2.3, https://arxiv.org/abs/1706.03762
"""

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_filled


def causal(T: int, device: torch.device | None = None) -> Bool[Tensor, "T T"]:
    """Return who sees whom, row by row, if each sees itself and what stands before.

    Raises:
        ValueError: If T is below 1.
    """
    check_at_least("T", T, 1)
    return torch.ones(T, T, dtype=torch.bool, device=device).tril()


def filled(lengths: Int[Tensor, " n"], S: int) -> Bool[Tensor, "n 1 S"]:
    """Return which of S places of each sequence are there, for all who ask.

    Args:
        lengths: Of the sequences, 1 to S.
        S: The places of the longest one, or more.

    Raises:
        ValueError: If a length is outside 1 to S, or there is none.
    """
    check_within(lengths, S)
    at = torch.arange(S, device=lengths.device)
    return (at < lengths[:, None])[:, None]


def check_within(lengths: Tensor, S: int) -> None:
    """Refuse sequences of length 0, and those that do not fit.

    Raises:
        ValueError: If there is one, or no sequence.
    """
    check_filled("lengths", lengths, "sequence")
    if not ((lengths >= 1) & (lengths <= S)).all():
        raise ValueError(f"lengths are outside 1 to {S}: drop empty sequences")
