"""Trades: other connections, with as many for each neuron and for each input.

Chapter: book/compression_prune.md
Source:  swaps of a pair of ones, as for contingency tables of 0 and 1: Rao, Jana and
         Bandyopadhyay (1996), Sankhya A 58, 225-242
"""

import torch
from jaxtyping import Bool
from torch import Tensor

from ml2020.support.checks import check_at_least

EACH = 10  # trades that are tried for each connection


def traded(
    masks: Bool[Tensor, "networks neurons inputs"],
    each: int = EACH,
    *,
    generator: torch.Generator | None = None,
) -> Bool[Tensor, "networks neurons inputs"]:
    """Return masks in which every row and every column has its number, the rest chance.

    Two connections trade their inputs, if neither neuron has the other's already; over
    and over.

    Args:
        masks: Of one layer, for each network.
        each: Trades that are tried for each connection, 0 or more.
        generator: Seed it to draw the same trades again.

    Raises:
        ValueError: If each is below 0.
    """
    check_at_least("each", each, 0)
    found = torch.zeros_like(masks)
    for mask, new in zip(masks, found, strict=True):
        pairs = [(int(row), int(column)) for row, column in mask.nonzero()]
        held = set(pairs)
        size = (each * len(pairs), 2)
        tries = torch.randint(max(1, len(pairs)), size, generator=generator)
        for i, j in tries.tolist():
            (row, column), (other_row, other_column) = pairs[i], pairs[j]
            swapped = (row, other_column), (other_row, column)
            if held.isdisjoint(swapped):
                held -= {pairs[i], pairs[j]}
                held.update(swapped)
                pairs[i], pairs[j] = swapped
        for row, column in pairs:
            new[row, column] = True
    return found
