"""Choose mutants: each module its share, the kinds of change in turn."""

import math
import random
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from tools.mutants.changes import Mutant

FEWEST = 3  # of a module


def in_turn(mutants: Sequence[Mutant], rng: random.Random) -> list[Mutant]:
    """Return the mutants in a random order in which the kinds take turns."""
    kinds: dict[str, list[Mutant]] = {}
    for mutant in rng.sample(mutants, len(mutants)):
        kinds.setdefault(mutant.kind, []).append(mutant)
    return [one for turn in zip_longest(*kinds.values()) for one in turn if one]


def sample(
    found: Mapping[str, Sequence[Mutant]], count: int, seed: int
) -> list[tuple[str, Mutant]]:
    """Return files with mutants of them, at least `count`, or all if there are fewer.

    Args:
        found: The mutants of each file.
        count: How many to choose; each file has a share in proportion, three at least.
        seed: Another one chooses others.
    """
    places = sum(map(len, found.values()))
    chosen = []
    for file, mutants in found.items():
        # By the file's name, so that a new module leaves the choice in others alone.
        order = in_turn(mutants, random.Random(f"{seed} {file}"))
        share = max(FEWEST, math.ceil(count * len(mutants) / max(places, 1)))
        chosen += [(file, mutant) for mutant in order[:share]]
    return chosen
