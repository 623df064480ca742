"""Base statistics: the six numbers of each Pokémon, as in generation 6 of the games.

Source:  npm package pokemon-showdown 0.11.11; see NOTICE-pokemon_base.md. Cut by
         tools/make_data.py.
"""

import csv
from functools import cache
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.data.files import verified

NAME = "pokemon_base.csv"
SHA256 = "c6b1d53833ecdd90555d53e0e4679ddd9eafc0add13649a32989dca5520a03d2"
STATISTICS = (
    *("hp", "attack", "defense"),
    *("special_attack", "special_defense", "speed"),
)


class BaseStats(NamedTuple):
    """721 species and 77 forms that have numbers of their own, such as Mega forms.

    Attributes:
        names: Of each, such as "Venusaur-Mega".
        types: One or two of each, such as ("grass", "poison").
        stats: Points, 1 to 255, in the order of `STATISTICS` (798, 6).
    """

    names: tuple[str, ...]
    types: tuple[tuple[str, ...], ...]
    stats: Float[Tensor, "n 6"]


@cache
def pokemon_base() -> BaseStats:
    """Return all, by number, each species before its forms. Treat it as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    rows = list(csv.DictReader(verified(NAME, SHA256).decode().splitlines()))
    numbers = [[float(row[name]) for name in STATISTICS] for row in rows]
    return BaseStats(
        tuple(row["name"] for row in rows),
        tuple(tuple(row["types"].split()) for row in rows),
        torch.tensor(numbers, dtype=torch.float64),
    )
