"""CTC trellis: the places of many targets, and what is said at each in each frame.

Chapter: book/rnn_ctc.md
Source:  Graves, Fernandez, Gomez and Schmidhuber (2006), section 4.1 and figure 3,
         https://doi.org/10.1145/1143844.1143891
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.ctc_paths import NEVER, extended, frames_needed, may_skip
from ml2020.support.checks import check_label_scores, check_target


class Trellis(NamedTuple):
    """Of many sequences, in double: single precision loses a hundredth of long sums.

    Attributes:
        log_y: The labels' (T, n, labels); behind its end a sequence says the blank.
        said: The places' (T, n, places).
        places: The label at each place of each target (n, places).
        skips: Log 1 where a place may be reached by a skip, else log 0 (n, places).
        last: The number of the last place of each target (n,).
        over: Whether a frame is behind the end (T, n).
    """

    log_y: Tensor
    said: Tensor
    places: Tensor
    skips: Tensor
    last: Tensor
    over: Tensor


def trellis(
    scores: Float[Tensor, "T n labels"],
    lengths: Int[Tensor, " n"],
    targets: Sequence[Sequence[int]],
    blank: int = 0,
) -> Trellis:
    """Return what each sequence says in each frame at each place of its target.

    Raises:
        ValueError: As `ctc_slopes` does.
    """
    check_batch(scores, lengths, targets, blank)
    over = torch.arange(len(scores), device=scores.device)[:, None] >= lengths
    log_y = scores.detach().double().log_softmax(dim=-1)
    silent = torch.full_like(log_y[0, 0], NEVER)
    silent[blank] = 0
    log_y = torch.where(over[..., None], silent, log_y)
    places, skips, last = side_by_side_places(targets, blank, log_y)
    said = log_y.gather(2, places.expand(len(scores), -1, -1))
    return Trellis(log_y, said, places, skips, last, over)


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


def check_batch(
    scores: Tensor, lengths: Tensor, targets: Sequence[Sequence[int]], blank: int
) -> None:
    """Refuse a batch in which some target has no probability above 0.

    Raises:
        ValueError: As `ctc_slopes` says.
    """
    check_label_scores(scores, blank)
    T, n, labels = scores.shape
    if len(targets) != n:
        raise ValueError(f"targets are {len(targets)}: give {n}, one a sequence")
    if not ((lengths >= 1) & (lengths <= T)).all():
        raise ValueError(f"lengths are outside 1 to {T}: drop empty sequences")
    for k, (target, length) in enumerate(zip(targets, lengths.tolist(), strict=True)):
        check_target(f"targets[{k}]", target, labels, blank)
        if length < frames_needed(target):
            need = frames_needed(target)
            raise ValueError(f"lengths[{k}] is {length}: its target needs {need}")
