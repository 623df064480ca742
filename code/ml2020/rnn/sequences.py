"""Sequences of different lengths, side by side: padded, and with their lengths.

Chapter: book/rnn_structured.md
Source:  Lee (2020), recurrent networks: many to one
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.words import LETTERS, one_of_n
from ml2020.support.checks import check_filled, check_finite, check_shape, check_share


class Sequences(NamedTuple):
    """Sequences with one answer each, time first; behind the end of one all is 0.

    Attributes:
        X: The inputs (T, n, inputs).
        lengths: Of the sequences (n,).
        answers: The class of each (n,).
    """

    X: Float[Tensor, "T n inputs"]
    lengths: Int[Tensor, " n"]
    answers: Int[Tensor, " n"]


def padded(pieces: Sequence[Tensor], answers: Int[Tensor, " n"]) -> Sequences:
    """Return sequences side by side, filled up with zeros to the longest.

    Args:
        pieces: Of each sequence the inputs (its length, inputs).
        answers: The class of each.

    Raises:
        ValueError: If there is none, one is of length 0 or of another width, a number
            is NaN or infinite, or the answers do not match.
    """
    check_pieces(pieces, answers)
    lengths = torch.tensor([len(piece) for piece in pieces], dtype=torch.int64)
    width = pieces[0].shape[1]
    X = pieces[0].new_zeros(int(lengths.max()), len(pieces), width)
    for k, piece in enumerate(pieces):
        X[: len(piece), k] = piece
    return Sequences(X, lengths, answers)


def spelt(names: Sequence[str], answers: Int[Tensor, " n"]) -> Sequences:
    """Return names as sequences of letters, 1-of-26 each.

    Raises:
        ValueError: If there is no name, one is empty or has another character than a
            to z, or the answers do not match.
    """
    check_names(names)
    pieces = [one_of_n(list(name), LETTERS)[:, :-1] for name in names]
    return padded(pieces, answers)


def picked(sequences: Sequences, rows: Int[Tensor, " k"]) -> Sequences:
    """Return some of the sequences, no longer than the longest of them.

    Raises:
        ValueError: If there is no row, or one is none.
    """
    check_rows(rows, len(sequences.lengths))
    lengths = sequences.lengths[rows]
    X = sequences.X[: int(lengths.max()), rows]
    return Sequences(X, lengths, sequences.answers[rows])


def left_out(
    X: Float[Tensor, "T n inputs"],
    share: float,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "T n inputs"]:
    """Return the inputs, some of them with zeros in the place of all their numbers.

    Args:
        X: The inputs, time first.
        share: The probability that an input is left out, from 0 to below 1.
        generator: Seed it to leave out the same again.

    Raises:
        ValueError: If the probability is none.
    """
    check_share("share", share)
    dice = torch.rand(X.shape[:2], generator=generator, dtype=torch.float32)
    return X * (dice >= share)[..., None]


def check_rows(rows: Tensor, n: int) -> None:
    """Refuse rows that do not exist, and none.

    Raises:
        ValueError: If there is one.
    """
    check_filled("rows", rows, "sequence")
    if not ((rows >= 0) & (rows < n)).all():
        raise ValueError(f"rows are outside 0 to {n - 1}: drop those")


def check_pieces(pieces: Sequence[Tensor], answers: Tensor) -> None:
    """Refuse what cannot be put side by side.

    Raises:
        ValueError: If there is nothing, one is of length 0 or of another width, a
            number is NaN or infinite, or the answers do not match.
    """
    if not pieces:
        raise ValueError("pieces is empty: give at least one sequence")
    for k, piece in enumerate(pieces):
        if piece.ndim != 2 or not len(piece):
            raise ValueError(f"pieces[{k}] is empty or no table: give 1 row or more")
        check_shape(f"pieces[{k}]", piece, (len(piece), pieces[0].shape[1]))
        check_finite(f"pieces[{k}]", piece, "drop or mend that sequence")
    check_shape("answers", answers, (len(pieces),))


def check_names(names: Sequence[str]) -> None:
    """Refuse names without letters, or with others than a to z.

    Raises:
        ValueError: If there is one, or no name at all.
    """
    if not names:
        raise ValueError("names is empty: give at least one")
    if not all(names):
        raise ValueError("names has an empty one: drop it")
    if strange := set("".join(names)) - set(LETTERS):
        said = "".join(sorted(strange))
        raise ValueError(f"names has {said!r}: leave only the small letters a to z")
