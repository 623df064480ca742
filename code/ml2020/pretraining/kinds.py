"""Kinds: what sort of thing a definition explains, one of ten.

Chapter: book/pretraining_tasks.md
Source:  the lexicographer files of WordNet, see ml2020/data/gloss_kinds.py
"""

from functools import cache
from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.data.gloss_kinds import gloss_kinds
from ml2020.pretraining.shelf import aside, shelf
from ml2020.support.checks import check_at_least, check_choice

KINDS = {  # the ten largest files of nouns
    4: "act",
    5: "animal",
    6: "artifact",
    7: "attribute",
    10: "communication",
    15: "location",
    18: "person",
    20: "plant",
    26: "state",
    27: "substance",
}
PARTS = {"judge": slice(3000), "choose": slice(3000, 4000), "learn": slice(4000, None)}
LOTS = 0  # the seed of their order


class Definitions(NamedTuple):
    """Sentences of the shelf, and the kind of thing each explains, 0 to 9."""

    sentences: Int[Tensor, " n"]
    kinds: Int[Tensor, " n"]


@cache
def all_definitions() -> Definitions:
    """Return the definitions put aside that are of one of the kinds, in lots' order."""
    found = shelf()
    first = torch.ones(len(found.glosses), dtype=torch.bool)
    first[1:] = found.glosses[1:] != found.glosses[:-1]
    number = torch.full((45,), -1, dtype=torch.int64)
    number[list(KINDS)] = torch.arange(len(KINDS))
    kinds = number[gloss_kinds()[found.glosses]]
    fits = (first & aside(found) & (kinds >= 0)).nonzero()[:, 0]
    lots = torch.Generator().manual_seed(LOTS)
    fits = fits[torch.randperm(len(fits), generator=lots)]
    return Definitions(fits, kinds[fits])


def definitions(part: str) -> Definitions:
    """Return those to learn from, to choose by, or that judge.

    Raises:
        ValueError: If there is no such part.
    """
    check_choice("part", part, list(PARTS))
    return Definitions(*(column[PARTS[part]] for column in all_definitions()))


def few(n: int, seed: int) -> Definitions:
    """Return n definitions to learn from, drawn by a seed.

    Raises:
        ValueError: If n is below 1, or there are not so many.
    """
    pool = definitions("learn")
    check_few(n, len(pool.kinds))
    dice = torch.Generator().manual_seed(seed)
    rows = torch.randperm(len(pool.kinds), generator=dice)[:n]
    return Definitions(pool.sentences[rows], pool.kinds[rows])


def check_few(n: int, most: int) -> None:
    """Refuse none, and more than there are."""
    check_at_least("n", n, 1)
    if n > most:
        raise ValueError(f"n is {n}: there are {most}, take those")
