"""Packing: one sentence or two in a row, with the marks of BERT around them.

Chapter: book/pretraining_words.md
Source:  Devlin et al. (2019), figure 2, https://arxiv.org/abs/1810.04805
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Bool, Int
from torch import Tensor

MARKS = ("[CLS]", "[SEP]", "[MASK]", "[PAD]")  # their numbers follow on the words'
LONGEST = 64  # places of the table, the marks counted


class Packed(NamedTuple):
    """Rows of symbols, a row a sentence or two of them.

    Attributes:
        X: [CLS], the words, [SEP]; with a second one its words and [SEP]; then [PAD].
        segments: 0 up to the first [SEP], 1 for the second sentence.
        lengths: How many places of each row are there.
    """

    X: Int[Tensor, "n T"]
    segments: Int[Tensor, "n T"]
    lengths: Int[Tensor, " n"]


def packed(
    first: Sequence[Sequence[int]],
    second: Sequence[Sequence[int] | None],
    words: int,
    longest: int = LONGEST,
) -> Packed:
    """Return sentences side by side, each with its marks, filled up to the longest.

    Args:
        first: The words of each.
        second: What stands beside each, or None.
        words: How many words there are; the marks have the next numbers.
        longest: How many places a row may have, the marks counted.

    Raises:
        ValueError: If there is no sentence, one is empty or has a symbol that is no
            word, both lists do not match, or a row is too long.
    """
    check_sentences(first, second, words)
    cls, sep, _, pad = range(words, words + len(MARKS))
    rows, sides = [], []
    for a, b in zip(first, second, strict=True):
        row = [cls, *a, sep] + ([] if b is None else [*b, sep])
        rows.append(row)
        sides.append([int(t > len(a) + 1) for t in range(len(row))])
    lengths = torch.tensor([len(row) for row in rows], dtype=torch.int64)
    T = int(lengths.max())
    check_fits(T, longest)
    X = torch.tensor([row + [pad] * (T - len(row)) for row in rows], dtype=torch.int64)
    filled_up = [row + [0] * (T - len(row)) for row in sides]
    return Packed(X, torch.tensor(filled_up, dtype=torch.int64), lengths)


def is_word(X: Int[Tensor, "n T"], words: int) -> Bool[Tensor, "n T"]:
    """Return which symbols are words, and no marks."""
    return X < words


def check_sentences(
    first: Sequence[Sequence[int]], second: Sequence[Sequence[int] | None], words: int
) -> None:
    """Refuse what cannot be packed: nothing, empty sentences, strange symbols."""
    if not first:
        raise ValueError("first is empty: give at least one sentence")
    if len(first) != len(second):
        raise ValueError(f"second has {len(second)} entries: give {len(first)}")
    for name, part in (("first", first), ("second", second)):
        for row in part:
            if row is not None and not len(row):
                raise ValueError(f"{name} has an empty sentence: drop it")
            if row is not None and not 0 <= min(row) <= max(row) < words:
                raise ValueError(f"{name} has symbols outside 0 to {words - 1}: drop")


def check_fits(T: int, longest: int) -> None:
    """Refuse rows that are longer than the table of places."""
    if longest < T:
        raise ValueError(
            f"first and second make {T} places with their marks, and the table has"
            f" {longest}: cut the sentences"
        )
