"""Gaps between two that are judged by the same words: in points, and what they show.

A gap is uncertain in two ways: other words might have judged, and other first weights
might have learned. Both are counted; other words to learn from are not.

Chapter: book/rnn_attention.md
Source:  the standard error of a ratio of sums, Cochran (1977), chapter 6; that of a
         mean of networks is added in squares
"""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.support.checks import check_finite, check_positive

Words = Bool[Tensor, " words"]


def gap_in_points(
    gap: Float[Tensor, "networks words"],
    to_say: Float[Tensor, " words"],
    at: Words,
    but: Words | None = None,
) -> tuple[float, float]:
    """Return the gap, in points of the error rate, and two of its standard errors.

    Args:
        gap: How many more edits a word needs from one than from the other.
        to_say: How many phones it has.
        at: The words that count.
        but: Others, whose gap is taken off: how much greater is it there than here?

    Raises:
        ValueError: If no word counts, one counts on both sides, or a number is NaN or
            infinite.
    """
    check_gap(gap, to_say, *(words for words in (at, but) if words is not None))
    each, square = torch.zeros_like(gap[:, 0]), torch.zeros_like(gap[0, 0])
    for sign, words in ((1, at), (-1, but)):
        if words is not None:
            L, part = to_say[words], gap[:, words]
            share = part.sum(dim=1) / L.sum()
            each = each + sign * share
            square += ((part.mean(dim=0) - share.mean() * L) / L.sum()).square().sum()
    if len(gap) > 1:
        square += each.var() / len(gap)
    return 100 * each.mean().item(), 200 * square.sqrt().item()


def verdict(gain: float, two_errors: float, margin: float) -> str:
    """Return what a gain shows: ahead, behind, even, or not known.

    Args:
        gain: A mean of paired differences, above 0 if one is better.
        two_errors: Two of its standard errors.
        margin: Even is who has a whole interval within it.

    Raises:
        ValueError: If the margin is not positive, two_errors below 0, or one is NaN.
    """
    check_errors(gain, two_errors)
    check_positive("margin", margin)
    if gain - two_errors > 0:
        return "ahead"
    if gain + two_errors < 0:
        return "behind"
    return "even" if abs(gain) + two_errors < margin else "not known"


def check_errors(gain: float, two_errors: float) -> None:
    """Refuse gains and errors that are none.

    Raises:
        ValueError: If one is NaN, or two_errors below 0.
    """
    if math.isnan(gain):
        raise ValueError(f"gain is {gain}: drop what is not known")
    if not two_errors >= 0:
        raise ValueError(f"two_errors is {two_errors}: give 0 or more")


def check_gap(gap: Tensor, to_say: Tensor, *chosen: Tensor) -> None:
    """Refuse gaps and words that do not fit.

    Raises:
        ValueError: See `gap_in_points`.
    """
    check_finite("gap", gap)
    check_finite("to_say", to_say)
    if not (to_say > 0).all():
        raise ValueError("to_say has words without phones: leave them out")
    for words in chosen:
        if not (words.any() and len(gap)):
            raise ValueError("at has no word: choose at least one")
    if len(chosen) > 1 and (chosen[0] & chosen[1]).any():
        raise ValueError("but has words of at: give others")
