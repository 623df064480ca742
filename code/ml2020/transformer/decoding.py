"""Decoding: greedy, a beam with a price on length, sampling; all of a model's answers.

Chapter: book/transformer_model.md
Source:  Wu et al. (2016), section 7, https://arxiv.org/abs/1609.08144, with a power of
         the length alone; nucleus sampling of Holtzman et al. (2020), section 3.1,
         https://arxiv.org/abs/1904.09751
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.support.checks import check_at_least, check_filled, check_positive


class Said(NamedTuple):
    """An answer, or the beginning of one.

    Attributes:
        symbols: What is said, without stop.
        log_p: The logarithm of its probability, that of stop included if it has ended.
        ended: Whether it has said stop.
    """

    symbols: tuple[int, ...]
    log_p: float
    ended: bool


def beam_search(
    step: Callable[[Tensor], Tensor],
    begin: int,
    width: int,
    most: int,
    power: float = 0.0,
) -> list[Said]:
    """Return the best answers that a beam finds, the best one first.

    So wide that nothing is dropped, it finds the best there is. What the scores forbid
    (-inf) is no answer.

    Args:
        step: Maps beginnings (k, t) to the scores of what comes next (k, symbols),
            whose last one says stop.
        begin: What stands for nothing said yet.
        width: How many beginnings are kept, 1 or more; with 1 it is greedy.
        most: How many symbols at most, stop counted; what has not ended then says so.
        power: Answers are ranked by log p over this power of their length, stop
            counted: 0 for the plain probability, 1 for the mean of a symbol.

    Raises:
        ValueError: If a number is outside its range, or the scores are no numbers.
    """
    check_beam(width, most, power)
    beam = [Said((), 0.0, False)]
    for _ in range(most):
        grown = [said for said in beam if said.ended]
        open_ones = [said for said in beam if not said.ended]
        if not open_ones:
            break
        told = torch.tensor(
            [[begin, *said.symbols] for said in open_ones], dtype=torch.int64
        )
        for said, row in zip(open_ones, step(told), strict=True):
            log_p = said.log_p + row.double().log_softmax(dim=-1)
            *others, stop = log_p.tolist()
            grown.append(Said(said.symbols, stop, True))
            for y, other in enumerate(others):
                grown.append(Said((*said.symbols, y), other, False))
        allowed = [said for said in grown if said.log_p != -math.inf]
        beam = sorted(allowed, key=lambda said: -ranked(said, power))[:width]
    return beam


def ranked(said: Said, power: float) -> float:
    """Return what an answer is ranked by: log p over a power of its length.

    Raises:
        ValueError: If its probability is no number.
    """
    if math.isnan(said.log_p):
        raise ValueError("step gives NaN or inf, or forbids all: mend its scores")
    return said.log_p / max(1, len(said.symbols) + said.ended) ** power


def sampled(
    scores: Tensor,
    temperature: float = 1.0,
    nucleus: float = 1.0,
    *,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return a symbol for each row of scores (k, symbols), drawn by its probability.

    Args:
        scores: Of all symbols.
        temperature: Divides the scores: below 1 the likely get likelier.
        nucleus: Only the likeliest are drawn from that together have this share; what
            reaches it is kept.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If the temperature is not positive, or nucleus outside (0, 1]; or if
            there is no row, or one of scores over temperature gives no probabilities.
    """
    check_sampling(temperature, nucleus)
    check_drawn(scores, temperature)
    p = (scores / temperature).softmax(dim=-1)
    falling, order = p.sort(dim=-1, descending=True)
    if nucleus < 1:
        falling = falling.where(falling.cumsum(dim=-1) - falling < nucleus, 0)
    drawn = falling.multinomial(1, generator=generator)
    return order.gather(-1, drawn)[:, 0]


def check_beam(width: int, most: int, power: float) -> None:
    """Refuse a beam of 0, and answers without a symbol."""
    check_at_least("width", width, 1)
    check_at_least("most", most, 1)
    if not 0 <= power <= 1:
        raise ValueError(f"power is {power}: choose it from 0 to 1")


def check_sampling(temperature: float, nucleus: float) -> None:
    """Refuse what nothing can be drawn with."""
    check_positive("temperature", temperature)
    if not 0 < nucleus <= 1:
        raise ValueError(f"nucleus is {nucleus}: choose it above 0, at most 1")


def check_drawn(scores: Tensor, temperature: float) -> None:
    """Refuse scores that are no rows, or give no probabilities: NaN, all forbidden."""
    check_filled("scores", scores, "row")
    if scores.ndim != 2:
        raise ValueError(f"scores have {scores.ndim} axes: give rows, two axes")
    if not (scores / temperature).softmax(dim=-1).isfinite().all():
        raise ValueError(
            "scores over temperature are NaN or infinite, or forbid all: mend the"
            " scores, or choose a higher temperature"
        )
