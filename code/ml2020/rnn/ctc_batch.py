"""CTC in batches: losses and slopes of many sequences of different lengths at once.

Chapter: book/rnn_ctc.md
Source:  Graves, Fernandez, Gomez and Schmidhuber (2006), equations 6 to 16,
         https://doi.org/10.1145/1143844.1143891
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.ctc_paths import extended, frames_needed, may_skip
from ml2020.support.checks import check_filled, check_finite

NEVER = -float("inf")


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

    Behind its end a sequence says the blank, for sure: that changes no sum.

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
    check_batch(scores, lengths, targets, blank)
    T = len(scores)
    over = torch.arange(T, device=scores.device)[:, None] >= lengths  # (T, n)
    log_y = scores.log_softmax(dim=-1)
    silent = torch.full_like(log_y[0, 0], NEVER)
    silent[blank] = 0
    log_y = torch.where(over[..., None], silent, log_y)
    places, skips, last = side_by_side_places(targets, blank, scores)
    said = log_y.gather(2, places.expand(T, -1, -1))  # (T, n, places)
    alpha, beta = forward(said, skips), backward(said, skips, last)
    total = (alpha[0] + beta[0]).logsumexp(dim=-1)  # (n,), in any frame the same
    meant = torch.zeros_like(log_y)
    through = (alpha + beta - total[:, None]).exp()
    meant.scatter_add_(2, places.expand(T, -1, -1), through)
    by_scores = (log_y.exp() - meant).masked_fill(over[..., None], 0)
    return Slopes(-total, by_scores)


def side_by_side_places(
    targets: Sequence[Sequence[int]], blank: int, like: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the places of all targets, filled up with blanks behind their ends.

    Returns:
        The labels (n, places), log 1 or log 0 for skips, and the number of the last.
    """
    rows = [extended(target, blank) for target in targets]
    size = max(len(row) for row in rows)
    places = torch.full((len(rows), size), blank, dtype=torch.int64)
    skips = torch.full((len(rows), size), NEVER, dtype=like.dtype)
    for k, row in enumerate(rows):
        places[k, : len(row)] = torch.tensor(row, dtype=torch.int64)
        skips[k, : len(row)][may_skip(row)] = 0
    last = torch.tensor([len(row) - 1 for row in rows], dtype=torch.int64)
    return places.to(like.device), skips.to(like.device), last.to(like.device)


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


def check_batch(
    scores: Tensor, lengths: Tensor, targets: Sequence[Sequence[int]], blank: int
) -> None:
    """Refuse a batch in which some target has no probability above 0.

    Raises:
        ValueError: As `ctc_slopes` says.
    """
    check_filled("scores", scores, "sequence")
    check_finite("scores", scores, "lower the rate, or clip")
    T, n, labels = scores.shape
    if len(targets) != n:
        raise ValueError(f"targets are {len(targets)}: give {n}, one a sequence")
    if not ((lengths >= 1) & (lengths <= T)).all():
        raise ValueError(f"lengths are outside 1 to {T}: drop empty sequences")
    if not 0 <= blank < labels:
        raise ValueError(f"blank is {blank}: choose it from 0 to {labels - 1}")
    for k, (target, length) in enumerate(zip(targets, lengths.tolist(), strict=True)):
        if blank in target:
            raise ValueError(f"targets[{k}] has the blank, {blank}: leave it out")
        if any(not 0 <= label < labels for label in target):
            raise ValueError(f"targets are outside 0 to {labels - 1}: number from 0")
        if length < frames_needed(target):
            need = frames_needed(target)
            raise ValueError(f"lengths[{k}] is {length}: its target needs {need}")
