"""Gloss kinds: of which lexicographer file of WordNet each gloss is.

Source:  Miller (1995), WordNet: a lexical database for English; Debian wordnet-base
         3.0. Cut by tools/make_data.py; see NOTICE-glosses.md.
"""

import csv
from functools import cache

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.data.files import verified

NAME = "gloss_kinds.csv"
SHA256 = "07d0cddef1a1bfe93ebcd83f9fc687891407d900dc111da1f7daca75ad945f44"


@cache
def gloss_kinds() -> Int[Tensor, " glosses"]:
    """Return the lexicographer file of each gloss, as in lexnames(5WN); read-only.

    3 to 28 are nouns, 29 to 43 verbs; 0, 1 and 44 adjectives; 2 adverbs.

    Raises:
        ValueError: If the file is not the committed one.
    """
    rows = list(csv.DictReader(verified(NAME, SHA256).decode().splitlines()))
    files, counts = (
        torch.tensor([int(row[name]) for row in rows], dtype=torch.int64)
        for name in ("file", "glosses")
    )
    return files.repeat_interleave(counts)
