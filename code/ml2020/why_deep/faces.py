"""Faces: synthetic persons, made of two written digits that lie over each other.

A 3 is a girl and an 8 a boy; over it lies a 4 for short hair or a 7 for long hair.

Chapter: book/why_deep.md
Source:  the chapter's own rule; the digits are those of ml2020.data.digits
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.deep_learning import digit_sets
from ml2020.support.checks import check_at_least, check_filled

WHO, HAIR = (3, 8), (4, 7)
CELLS = ("girl, short", "girl, long", "boy, short", "boy, long")


class Faces(NamedTuple):
    """The pictures of each of several groups, and who is on them."""

    X: Float[Tensor, "groups n 64"]
    cell: Int[Tensor, "groups n"]  # 0 to 3: twice boy, plus long


def faces(part: str, counts: Sequence[int], seeds: Sequence[int]) -> Faces:
    """Return pictures for each seed: two digits, drawn anew for each, and their mean.

    Args:
        part: Of the digits: training, validation or test.
        counts: How many of each kind: girls with short and long hair, boys with both.
        seeds: One for each group of pictures.

    Raises:
        ValueError: If the part is another, there are not four counts, one is below 1,
            or there is no seed.
    """
    check_faces(part, counts, seeds)
    ink, shown = digits_of(part)
    cell = torch.arange(len(CELLS)).repeat_interleave(torch.as_tensor(counts))
    groups = []
    for seed in seeds:
        dice = torch.Generator().manual_seed(seed)
        layers = []
        for names, wanted in ((WHO, cell // 2), (HAIR, cell % 2)):
            layer = torch.empty(len(cell), 64, dtype=torch.float32)
            for k, name in enumerate(names):
                rows = (shown == name).nonzero()[:, 0]
                mine = wanted == k
                drawn = torch.randint(len(rows), (int(mine.sum()),), generator=dice)
                layer[mine] = ink[rows[drawn]]
            layers.append(layer)
        groups.append((layers[0] + layers[1]) / 2)
    return Faces(torch.stack(groups), cell.expand(len(seeds), -1))


def digits_of(part: str) -> tuple[Tensor, Tensor]:
    """Return the dots and the names of one part of the digits."""
    sets = digit_sets()
    end = "" if part == "training" else f"_{part}"
    return getattr(sets, f"X{end}"), getattr(sets, f"labels{end}")


def check_faces(part: str, counts: Sequence[int], seeds: Sequence[int]) -> None:
    """Refuse what no faces can be made of.

    Raises:
        ValueError: If the part is unknown, there are not four counts, one is below 1,
            or there is no seed.
    """
    if part not in ("training", "validation", "test"):
        raise ValueError(f"part is {part}: give training, validation or test")
    if len(counts) != len(CELLS):
        raise ValueError(f"counts has {len(counts)}: give 4, one for each kind")
    for count in counts:
        check_at_least("counts", count, 1)
    check_filled("seeds", torch.as_tensor(seeds), "seed")
