"""Edit distance: how many symbols to add, drop or change until both are the same.

Chapter: book/rnn_attention.md
Source:  Wagner and Fischer (1974), https://doi.org/10.1145/321796.321811
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

Symbols = Sequence[Hashable]


class Errors(NamedTuple):
    """How often somebody is wrong.

    Attributes:
        phones: Edits, divided by the number of symbols that are right; may exceed 1.
        words: The share of sequences with at least one.
    """

    phones: float
    words: float


def edit_distance(said: Symbols, right: Symbols) -> int:
    """Return the least number of edits that lead from one sequence to the other."""
    row = list(range(len(right) + 1))  # from nothing said: add all
    for i, a in enumerate(said, start=1):
        above, row = row, [i]
        for j, b in enumerate(right, start=1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b)))
    return row[-1]


def error_rates(said: Sequence[Symbols], right: Sequence[Symbols]) -> Errors:
    """Return the share of symbols and that of whole sequences that are wrong.

    Raises:
        ValueError: If there is no sequence, not as many were said, or no symbol is
            right.
    """
    check_answers(said, right)
    edits = [edit_distance(a, b) for a, b in zip(said, right, strict=True)]
    symbols = sum(len(b) for b in right)
    return Errors(sum(edits) / symbols, sum(e > 0 for e in edits) / len(edits))


def check_answers(said: Sequence[Symbols], right: Sequence[Symbols]) -> None:
    """Refuse what has no rate.

    Raises:
        ValueError: See `error_rates`.
    """
    if len(said) != len(right):
        raise ValueError(f"said are {len(said)}, not {len(right)}: give as many")
    if not sum(len(b) for b in right):
        raise ValueError("right has no symbol: give at least one")
