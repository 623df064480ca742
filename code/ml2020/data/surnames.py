"""Surnames: 300 of each of eight languages, in small letters a to z.

Source:  the lists of Faker 40.54.0. Cut by tools/make_data.py; see NOTICE-surnames.md.
"""

import csv
from functools import cache
from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.data.files import verified

NAME = "surnames.csv"
SHA256 = "0aca5418b6dd1665d9e4da3708f5b6bebe0ee2f11611d292ab21655225bba8c1"
LANGUAGES = (  # in the order of their numbers
    *("Dutch", "English", "Finnish", "French"),
    *("German", "Italian", "Polish", "Spanish"),
)


class Surnames(NamedTuple):
    """Surnames, in an order that is already drawn.

    Attributes:
        names: Each once; one that two languages share is not among them.
        languages: Of each name, its place in `LANGUAGES` (2400,).
    """

    names: tuple[str, ...]
    languages: Int[Tensor, " n"]


@cache
def surnames() -> Surnames:
    """Return all names. Treat the tensor as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    rows = list(csv.DictReader(verified(NAME, SHA256).decode().splitlines()))
    places = [LANGUAGES.index(row["language"]) for row in rows]
    names = tuple(row["name"] for row in rows)
    return Surnames(names, torch.tensor(places, dtype=torch.int64))
