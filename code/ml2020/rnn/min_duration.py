"""Minimum duration: the likeliest path in which each digit lasts for some columns.

Chapter: book/rnn_ctc.md
Source:  our own; Viterbi's algorithm with whole stretches for single frames, as in a
         hidden Markov model whose states come in chains
"""

from collections.abc import Sequence
from itertools import groupby

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.ctc_paths import NEVER
from ml2020.support.checks import check_at_least, check_label_scores


def lasting_path(
    scores: Float[Tensor, "T n labels"], lengths: Int[Tensor, " n"], least: int
) -> Int[Tensor, "T n"]:
    """Return the likeliest path of each line whose digits all last long enough.

    The blank is label 0, always; behind its end a line has it. With 1 this is the best
    path; with more columns than a line has it is blanks alone.

    Args:
        scores: Time first, the blank's first; behind the end of a line anything finite.
        lengths: Of the lines, in columns.
        least: How many columns in a row have to say a digit; a blank may stand alone.

    Raises:
        ValueError: If there is no line, column or label, a score is NaN or infinite, a
            length is outside 1 to T, or the least is below 1.
    """
    check_lasting(scores, lengths, least)
    T, n, labels = scores.shape
    said = scores.detach().double().log_softmax(dim=-1)
    over = torch.arange(T, device=scores.device)[:, None] >= lengths
    said[over] = NEVER
    said[..., 0][over] = 0
    ends = said.new_full((T + 1, n, labels), NEVER)  # best with t columns, by the last
    ends[0, :, 0] = 0
    stays = torch.zeros(T, n, labels, dtype=torch.bool, device=scores.device)
    for t in range(T):
        begins = torch.full_like(said[t], NEVER)
        begins[:, 0] = ends[t].amax(dim=-1) + said[t, :, 0]
        if t + 1 >= least:
            whole = said[t + 1 - least : t + 1, :, 1:].sum(dim=0)
            begins[:, 1:] = ends[t + 1 - least].amax(dim=-1, keepdim=True) + whole
        goes_on = ends[t] + said[t]
        stays[t] = goes_on >= begins
        stays[t, :, 0] = False
        ends[t + 1] = goes_on.maximum(begins)
    return traced_back(ends.argmax(dim=-1), stays, least)


def traced_back(last: Tensor, stays: Tensor, least: int) -> Tensor:
    """Return the path, from its end (T, n).

    Args:
        last: The label that the best way ends with, after t columns (T + 1, n).
        stays: Whether a label ends the best way because it goes on (T, n, labels).
        least: Columns of a digit that do not hang on its going on.
    """
    at, owed, path = last[-1], torch.zeros_like(last[-1]), []
    for t in range(len(stays) - 1, -1, -1):
        path.append(at)
        free = owed == 0
        on = free & stays[t].gather(1, at[:, None])[:, 0]
        owed = torch.where(free, torch.where(at == 0, 1, least), owed)
        owed = torch.where(on, 0, owed - 1)
        at = torch.where(~on & (owed == 0), last[t], at)
    return torch.stack(path).flip(0)


def lasting_text(path: Sequence[int], least: int) -> list[int]:
    """Return the digits of a path: with 1 what it spells, else equal ones may touch.

    Then a run is as many digits as it can hold, each of the least number of columns.

    Args:
        path: A label for each column; the blank is 0.
        least: How many columns a digit lasts at least.

    Raises:
        ValueError: If the least is below 1.
    """
    check_at_least("least", least, 1)
    text = []
    for label, run in groupby(path):
        if label:
            text += [label] * (len(list(run)) // least if least > 1 else 1)
    return text


def check_lasting(scores: Tensor, lengths: Tensor, least: int) -> None:
    """Refuse lines that have no likeliest path.

    Raises:
        ValueError: As `lasting_path` says.
    """
    check_label_scores(scores, blank=0)
    if not ((lengths >= 1) & (lengths <= len(scores))).all():
        raise ValueError(f"lengths are outside 1 to {len(scores)}: drop empty lines")
    check_at_least("least", least, 1)
