"""Readouts: one vector for a whole sequence, the last state or the mean over time.

What stands behind the end of a sequence must not count, whatever it is.

Chapter: book/rnn_structured.md
Source:  Lee (2020), recurrent networks: many to one
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ml2020.support.checks import check_lengths

States = Float[Tensor, " T *networks n m"]
Vectors = Float[Tensor, "*networks n m"]
Lengths = Int[Tensor, " n"]


def inside(lengths: Lengths, T: int) -> Bool[Tensor, "T n"]:
    """Return where a sequence goes on, and not behind its end.

    Args:
        lengths: Of the sequences.
        T: How many places there are.
    """
    t = torch.arange(T, device=lengths.device)
    return t[:, None] < lengths


def last_of(h: States, lengths: Lengths) -> Vectors:
    """Return the state after the last input of each sequence.

    Args:
        h: The states, time first.
        lengths: Of the sequences, 1 to T.

    Raises:
        ValueError: If a length is outside that, or there are too many or too few.
    """
    check_lengths(h, lengths)
    n = torch.arange(len(lengths), device=lengths.device)
    # time and sequence are picked together, and come first
    return h.movedim(-2, 1)[lengths - 1, n].movedim(0, -2)


def mean_of(h: States, lengths: Lengths) -> Vectors:
    """Return the mean of the states, over the length of each sequence.

    Args:
        h: The states, time first.
        lengths: Of the sequences, 1 to T.

    Raises:
        ValueError: If a length is outside that, or there are too many or too few.
    """
    check_lengths(h, lengths)
    counts = inside(lengths, len(h)).view(len(h), *[1] * (h.ndim - 3), -1, 1)
    kept = torch.where(counts, h, 0)  # 0 times NaN would still be NaN
    return kept.sum(dim=0) / lengths[:, None]


READOUTS = {"last": last_of, "mean": mean_of}
