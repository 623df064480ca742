"""Individual Pokémon before and after evolution, drawn by the game's own rule.

Source:  ml2020.data.pokemon for the statistics and the rule. The individuals are ours:
         the 75 that the lecture showed (OpenIntro's set `pokemon`) are not copied.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.pokemon import HIGHEST_IV, combat_power, hit_points, pokemon

LECTURE = ("PIDGEY", "WEEDLE", "CATERPIE", "EEVEE")
HIGHEST_DRAWN_LEVEL = 35  # our choice: few feed theirs further before it evolves


class Individuals(NamedTuple):
    """What you see of each individual, then what the game hides."""

    species: Int[Tensor, " n"]  # the place in the list of species that was drawn from
    cp: Float[Tensor, " n"]  # combat power now
    hp: Float[Tensor, " n"]  # hit points now
    height: Float[Tensor, " n"]  # metres
    weight: Float[Tensor, " n"]  # kilograms
    evolved_cp: Float[Tensor, " n"]  # combat power after evolution: the target
    level: Int[Tensor, " n"]  # hidden
    ivs: Int[Tensor, "n 3"]  # hidden


def draw_individuals(
    count: int,
    species: tuple[str, ...] = LECTURE,
    *,
    generator: torch.Generator | None = None,
) -> Individuals:
    """Draw individuals, evolve each, and write both combat powers down.

    The rule: species, level (1 to 35) and the three hidden values (0 to 15) are
    uniform; height and weight are normal with the game's mean and deviation.
    Evolution keeps the level and the hidden values and changes the species, into
    the first one that the game's file names (Eevee becomes Vaporeon).

    Args:
        count: How many to draw, at least 1.
        species: Ids that evolve.
        generator: Seed it to draw the same individuals again.

    Raises:
        ValueError: If count is below 1, or a species is unknown or does not evolve.
    """
    if count < 1:
        raise ValueError(f"count is {count}: draw at least 1")
    dex = pokemon()
    before = [_row(name) for name in species]
    after = [_row(_evolution(row)) for row in before]
    kind = torch.randint(len(species), (count,), generator=generator)
    level = torch.randint(1, HIGHEST_DRAWN_LEVEL + 1, (count,), generator=generator)
    ivs = torch.randint(HIGHEST_IV + 1, (count, 3), generator=generator)
    rows = torch.tensor([before, after], dtype=torch.int64)
    young, old = rows[:, kind]
    size = torch.randn(count, 2, generator=generator, dtype=torch.float64)
    return Individuals(
        species=kind,
        cp=combat_power(dex.stats[young], ivs, level),
        hp=hit_points(dex.stats[young, 2], ivs[:, 2], level),
        height=dex.height[young, 0] + dex.height[young, 1] * size[:, 0],
        weight=dex.weight[young, 0] + dex.weight[young, 1] * size[:, 1],
        evolved_cp=combat_power(dex.stats[old], ivs, level),
        level=level,
        ivs=ivs,
    )


def _row(name: str) -> int:
    ids = pokemon().ids
    if name not in ids:
        raise ValueError(f"species {name} is unknown: take an id from pokemon().ids")
    return ids.index(name)


def _evolution(row: int) -> str:
    dex = pokemon()
    if not dex.evolves_to[row]:
        raise ValueError(f"species {dex.ids[row]} does not evolve: take one that does")
    return dex.evolves_to[row][0]
