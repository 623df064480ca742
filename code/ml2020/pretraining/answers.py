"""Answers: the best piece of a text, given scores of its first and its last word.

Chapter: book/pretraining_tasks.md
Source:  Devlin et al. (2019), section 4.2 and, with no answer, section 4.3,
         https://arxiv.org/abs/1810.04805
"""

from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite


class Answer(NamedTuple):
    """The places of the first and the last word, and the sum of their scores."""

    first: int
    last: int
    score: float


def best_span(first: Float[Tensor, " T"], last: Float[Tensor, " T"]) -> Answer:
    """Return the pair i <= j whose scores have the largest sum, in one pass.

    Args:
        first: How well each place begins the answer.
        last: How well it ends it.

    Raises:
        ValueError: If there is no place, or a number is NaN or infinite.
    """
    check_ends(first, last)
    best, begin = Answer(0, 0, float(first[0] + last[0])), 0
    for j in range(1, len(last)):
        if first[j] > first[begin]:
            begin = j  # the best beginning up to here
        score = float(first[begin] + last[j])
        if score > best.score:
            best = Answer(begin, j, score)
    return best


def answered(
    first: Float[Tensor, " T"], last: Float[Tensor, " T"], threshold: float
) -> Answer | None:
    """Return the best span, or None where it does not beat that of [CLS] by enough.

    Args:
        first: How well each place begins the answer; place 0 is [CLS].
        last: How well it ends it.
        threshold: By how much the best span has to be better than none.

    Raises:
        ValueError: As `best_span` does, or if there is [CLS] alone.
    """
    check_ends(first, last)
    found = best_span(first[1:], last[1:])
    none = float(first[0] + last[0])
    if found.score <= none + threshold:
        return None
    return Answer(found.first + 1, found.last + 1, found.score)


def check_ends(first: Tensor, last: Tensor) -> None:
    """Refuse scores that choose nothing."""
    check_filled("first", first, "place")
    check_finite("first", first)
    check_finite("last", last)
