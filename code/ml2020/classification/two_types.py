"""Two types: the Pokédex cut down to the animals of two types, labelled 1 and 0.

Chapter: book/classification_generative.md
Source:  Lee (2020), the lecture's example (water against normal), on other data.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.pokemon import pokemon


class Animals(NamedTuple):
    """The species of two types, in the order of the Pokédex."""

    ids: tuple[str, ...]  # "SQUIRTLE"
    X: Float[Tensor, "n 3"]  # base attack, defense, stamina
    y: Int[Tensor, " n"]  # 1 for the first type, 0 for the second


def two_types(first: str, second: str) -> Animals:
    """Return the species whose first type is one of the two.

    A form with the numbers of an earlier form of its species is the same animal in
    another coat (a rainy Castform is called water, a dry one normal) and is left out.

    Args:
        first: The type that gets the label 1, as "water".
        second: The type that gets the label 0.

    Raises:
        ValueError: If both are one type, or no species has one of them.
    """
    if first == second:
        raise ValueError(f"second is {second} like first: give two types")
    dex = pokemon()
    leading = [types[0] for types in dex.types]
    for name, wanted in {"first": first, "second": second}.items():
        if wanted not in leading:
            raise ValueError(f"{name} is {wanted}: give a type such as water")

    def another_coat(i: int) -> bool:
        return any(
            dex.ids[i].startswith(f"{dex.ids[j]}_")
            and torch.equal(dex.stats[i], dex.stats[j])
            for j in range(i)
        )

    rows = [
        i
        for i, name in enumerate(leading)
        if name in (first, second) and not another_coat(i)
    ]
    return Animals(
        ids=tuple(dex.ids[i] for i in rows),
        X=dex.stats[rows],
        y=torch.tensor([int(leading[i] == first) for i in rows], dtype=torch.int64),
    )
