"""Forced alignment: the likeliest path that spells a target, by Viterbi's algorithm.

Chapter: book/rnn_ctc.md
Source:  Graves, Fernandez, Gomez and Schmidhuber (2006), equations 6 and 7, with the
         greatest way for the sum of all; https://doi.org/10.1145/1143844.1143891
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.ctc_paths import NEVER
from ml2020.rnn.ctc_trellis import trellis


def aligned(
    scores: Float[Tensor, "T n labels"],
    lengths: Int[Tensor, " n"],
    targets: Sequence[Sequence[int]],
    blank: int = 0,
) -> Int[Tensor, "T n"]:
    """Return for each sequence the likeliest of all paths that spell its target.

    Behind its end a sequence has the blank.

    Args:
        scores: Time first; behind the end of a sequence anything finite.
        lengths: Of the sequences, in frames.
        targets: One for each sequence.
        blank: The label that says nothing.

    Raises:
        ValueError: As `ctc_slopes` does.
    """
    _, said, places, skips, last, _ = trellis(scores, lengths, targets, blank)
    best, moves = likeliest(said, skips)
    before_last = (last - 1).clamp(min=0)
    ends = torch.stack([best.gather(1, at[:, None]) for at in (last, before_last)])
    at = torch.where(ends[0] >= ends[1], last[:, None], before_last[:, None])  # (n, 1)
    path = [places.gather(1, at)]
    for came in moves.flip(0):
        at = at - came.gather(1, at)
        path.append(places.gather(1, at))
    return torch.cat(path, dim=1).T.flip(0)


def likeliest(said: Tensor, skips: Tensor) -> tuple[Tensor, Tensor]:
    """Return log of the best way to each place (n, places), and all moves to it.

    Returns:
        The logarithms in the last frame (n, places), and by how many places the best
        way moved into each place of each frame but the first (T - 1, n, places).
    """
    T, n, size = said.shape
    best = said.new_full((n, size + 2), NEVER)  # two places before the first
    best[:, 2:4] = said[0, :, :2]
    moves = torch.zeros(T - 1, n, size, dtype=torch.int64, device=said.device)
    for t in range(1, T):
        ways = torch.stack([best[:, 2:], best[:, 1:-1], best[:, :-2] + skips])
        greatest, moves[t - 1] = ways.max(dim=0)
        best = torch.cat([best[:, :2], greatest + said[t]], dim=1)
    return best[:, 2:], moves
