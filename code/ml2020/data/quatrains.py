"""Quatrains: Tang poems of four lines of five characters, with the tone of each.

Source:  the collection chinese-poetry 2.0.1. Cut by tools/make_data.py; see
         NOTICE-quatrains.md.
"""

import csv
from collections import Counter
from functools import cache
from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.data.files import verified

NAME = "quatrains.csv"
SHA256 = "7cdfd17308f9b70eed096e8c4d6ad40171ea8886345169a1619bbeb9983779cc"
TONES = "-|o?"  # level (平), oblique (仄), either of them, not known


class Quatrains(NamedTuple):
    """Poems of twenty characters, in an order that is already drawn by chance.

    Attributes:
        poems: The text of each, in traditional characters, without punctuation.
        poets: Who is said to have written it; 不詳 and 無名氏 are nobody's names.
        characters: All that occur, the most frequent first.
        text: The place of each character in `characters` (3499, 20); line k is
            text[:, 5 * k : 5 * k + 5].
        tones: The place of its tone in `TONES` (3499, 20).
    """

    poems: tuple[str, ...]
    poets: tuple[str, ...]
    characters: tuple[str, ...]
    text: Int[Tensor, "n 20"]
    tones: Int[Tensor, "n 20"]


@cache
def quatrains() -> Quatrains:
    """Return all poems. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    rows = list(csv.DictReader(verified(NAME, SHA256).decode().splitlines()))
    poems = tuple(row["text"] for row in rows)
    often = Counter(sorted("".join(poems))).most_common()  # equals stay sorted
    places = {character: k for k, (character, _) in enumerate(often)}
    return Quatrains(
        poems,
        tuple(row["poet"] for row in rows),
        tuple(places),
        torch.tensor([[places[c] for c in poem] for poem in poems], dtype=torch.int64),
        torch.tensor(
            [[TONES.index(t) for t in row["tones"]] for row in rows], dtype=torch.int64
        ),
    )
