"""Errors of what was said: of the phones, and of whole words.

Chapter: book/rnn_attention.md
Source:  the rates with which spelling to sound is judged, as by Yao and Zweig (2015),
         https://arxiv.org/abs/1506.00196
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from ml2020.rnn.edit_distance import error_rate


class Errors(NamedTuple):
    """How often somebody is wrong.

    Attributes:
        phones: Edits, divided by the number of symbols that are right; may exceed 1.
        words: The share of sequences with at least one.
    """

    phones: float
    words: float


def error_rates(
    said: Sequence[Sequence[Hashable]], meant: Sequence[Sequence[Hashable]]
) -> Errors:
    """Return the share of symbols and that of whole sequences that are wrong.

    Raises:
        ValueError: If not as many were said as meant, or nothing was meant.
    """
    phones = error_rate(said, meant)
    wrong = sum(list(a) != list(b) for a, b in zip(said, meant, strict=True))
    return Errors(phones, wrong / len(meant))
