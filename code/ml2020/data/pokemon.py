"""Pokémon: the game's own statistics, and the rule that turns them into combat power.

Source:  npm package pokemongo-json-pokedex 3.4.6, the game's file of December 2018;
         see NOTICE-pokemon.md. Cut by tools/make_data.py.
"""

import csv
from functools import cache
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.files import verified

SPECIES_SHA256 = "9c53cff5d11b0f9882541224a21dd0e6d061ea37f82c060b09f92f8adb97cca7"
LEVELS_SHA256 = "b0686b27a7a1aa844ca16c3b468ab60a6e8f07d62bc8136e498354a6f8635196"
HIGHEST_LEVEL, HIGHEST_IV, LEAST = 40, 15, 10


class Pokedex(NamedTuple):
    """What the game knows of each of its 557 species and forms, one row for each."""

    ids: tuple[str, ...]  # "PIDGEY", "RATTATA_ALOLA"
    types: tuple[tuple[str, ...], ...]  # ("normal", "flying")
    evolves_to: tuple[tuple[str, ...], ...]  # ids; empty at the end of a line
    stats: Float[Tensor, "species 3"]  # base attack, defense, stamina
    height: Float[Tensor, "species 2"]  # metres: mean and standard deviation
    weight: Float[Tensor, "species 2"]  # kilograms: mean and standard deviation
    max_cp: Int[Tensor, " species"]  # combat power at level 40 with all values 15


def _rows(name: str, sha256: str) -> list[dict[str, str]]:
    text = verified(name, sha256).decode()
    return list(csv.DictReader(text.splitlines()))


@cache
def pokemon() -> Pokedex:
    """Return the statistics of all species. Treat the tensors as read-only."""
    rows = _rows("pokemon.csv", SPECIES_SHA256)

    def numbers(*columns: str) -> Tensor:
        values = [[float(row[column]) for column in columns] for row in rows]
        return torch.tensor(values, dtype=torch.float64)

    return Pokedex(
        ids=tuple(row["id"] for row in rows),
        types=tuple(tuple(row["types"].split()) for row in rows),
        evolves_to=tuple(tuple(row["evolves_to"].split()) for row in rows),
        stats=numbers("attack", "defense", "stamina"),
        height=numbers("height", "height_sd"),
        weight=numbers("weight", "weight_sd"),
        max_cp=torch.tensor([int(row["max_cp"]) for row in rows], dtype=torch.int64),
    )


@cache
def cp_multipliers() -> Float[Tensor, " levels"]:
    """Return the factor of each level, 1 to 40, at the places 0 to 39."""
    rows = _rows("pokemon_levels.csv", LEVELS_SHA256)
    values = [float(row["cp_multiplier"]) for row in rows]
    return torch.tensor(values, dtype=torch.float64)


def _multiplier(level: Int[Tensor, " n"]) -> Tensor:
    if not ((level >= 1) & (level <= HIGHEST_LEVEL)).all():
        raise ValueError(f"level is outside 1 to {HIGHEST_LEVEL}: use whole levels")
    return cp_multipliers().to(level.device)[level - 1]


def _check_ivs(ivs: Tensor) -> None:
    if not ((ivs >= 0) & (ivs <= HIGHEST_IV)).all():
        raise ValueError(f"ivs are outside 0 to {HIGHEST_IV}: draw whole numbers there")


def combat_power(
    stats: Float[Tensor, "n 3"],
    ivs: Int[Tensor, "n 3"],
    level: Int[Tensor, " n"],
) -> Float[Tensor, " n"]:
    """Return CP = max(10, floor((A + a) sqrt(D + d) sqrt(S + s) m(level)^2 / 10)).

    Args:
        stats: A, D, S: the base attack, defense and stamina of the species.
        ivs: a, d, s: the hidden values of the individual, 0 to 15.
        level: The hidden level of the individual, 1 to 40; m is its multiplier.

    Raises:
        ValueError: If an iv or a level is outside its range.
    """
    _check_ivs(ivs)
    m = _multiplier(level)
    attack, defense, stamina = (stats.double() + ivs).unbind(dim=1)
    power = attack * defense.sqrt() * stamina.sqrt() * m**2 / 10
    return power.floor().clamp(min=LEAST)


def hit_points(
    base_stamina: Float[Tensor, " n"],
    iv: Int[Tensor, " n"],
    level: Int[Tensor, " n"],
) -> Float[Tensor, " n"]:
    """Return HP = max(10, floor((S + s) m(level))), for stamina S and its iv s.

    Raises:
        ValueError: If an iv or a level is outside its range.
    """
    _check_ivs(iv)
    m = _multiplier(level)
    return ((base_stamina.double() + iv) * m).floor().clamp(min=LEAST)
