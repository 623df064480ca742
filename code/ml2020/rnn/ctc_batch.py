"""CTC in batches: losses and slopes of many sequences of different lengths at once.

The recursions of ctc.py with one axis more; the tests hold both to the same numbers.

Chapter: book/rnn_ctc.md
Source:  Graves, Fernandez, Gomez and Schmidhuber (2006), equations 6 to 16,
         https://doi.org/10.1145/1143844.1143891
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.ctc_paths import NEVER
from ml2020.rnn.ctc_trellis import trellis


class Slopes(NamedTuple):
    """Of many sequences.

    Attributes:
        losses: The negative logarithm of the probability of each target (n,).
        by_scores: The slope of each loss by its own scores (T, n, labels).
    """

    losses: Tensor
    by_scores: Tensor


def ctc_slopes(
    scores: Float[Tensor, "T n labels"],
    lengths: Int[Tensor, " n"],
    targets: Sequence[Sequence[int]],
    blank: int = 0,
) -> Slopes:
    """Return what `ctc_loss` and `ctc_gradient` say of each sequence.

    Behind its end a sequence says the blank, for sure: that changes no sum. Both are
    summed in double, and come back in the kind of the scores, without a graph.

    Args:
        scores: Time first; behind the end of a sequence anything finite.
        lengths: Of the sequences, in frames.
        targets: One for each sequence.
        blank: The label that says nothing.

    Raises:
        ValueError: If there is no sequence, a length is outside 1 to T, a target asks
            for more frames, a label or the blank is none of the scores', or a score is
            NaN or infinite.
    """
    log_y, said, places, skips, last, over = trellis(scores, lengths, targets, blank)
    alpha, beta = forward(said, skips), backward(said, skips, last)
    total = (alpha[0] + beta[0]).logsumexp(dim=-1)  # (n,), in any frame the same
    meant = torch.zeros_like(log_y)
    through = (alpha + beta - total[:, None]).exp()
    meant.scatter_add_(2, places.expand(len(scores), -1, -1), through)
    by_scores = (log_y.exp() - meant).masked_fill(over[..., None], 0)
    return Slopes((-total).to(scores.dtype), by_scores.to(scores.dtype))


def forward(said: Tensor, skips: Tensor) -> Tensor:
    """Return log alpha (T, n, places)."""
    T, n, size = said.shape
    edge = said.new_full((T, n, size + 2), NEVER)  # two places before the first
    edge[0, :, 2:4] = said[0, :, :2]
    for t in range(1, T):
        stay, step, skip = edge[t - 1, :, 2:], edge[t - 1, :, 1:-1], edge[t - 1, :, :-2]
        edge[t, :, 2:] = stay.logaddexp(step).logaddexp(skip + skips) + said[t]
    return edge[..., 2:]


def backward(said: Tensor, skips: Tensor, last: Tensor) -> Tensor:
    """Return log beta (T, n, places), from the last label and the last blank."""
    T, n, size = said.shape
    edge = said.new_full((T, n, size + 2), NEVER)  # two places behind the last
    edge[-1].scatter_(1, last[:, None], 0)
    edge[-1].scatter_(1, (last - 1).clamp(min=0)[:, None], 0)
    ahead = said.new_full((n, size + 2), NEVER)
    skip = ahead.clone()
    for t in range(T - 2, -1, -1):
        ahead[:, :-2] = edge[t + 1, :, :-2] + said[t + 1]
        skip[:, :-2] = ahead[:, :-2] + skips
        ways = ahead[:, :-2].logaddexp(ahead[:, 1:-1])
        edge[t, :, :-2] = ways.logaddexp(skip[:, 2:])
    return edge[..., :-2]
