"""Agreement: do two ways to group the same examples put the same pairs together?

Chapter: book/linear_methods_clustering.md
Source:  Hubert and Arabie (1985), https://doi.org/10.1007/BF01908075
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def adjusted_rand(a: Int[Tensor, " n"], b: Int[Tensor, " n"]) -> Float[Tensor, ""]:
    """Return 1 if both group alike, about 0 if they agree as by chance.

    Args:
        a: The group of each example, 0 or more; names do not matter.
        b: Another grouping of the same.

    Raises:
        ValueError: If there are fewer than two examples, or a label is negative.
    """
    check_groupings(a, b)

    def pairs(counts: Tensor) -> Tensor:
        return (counts * (counts - 1)).sum()  # each pair twice, as all of them

    table = torch.zeros(int(a.max()) + 1, int(b.max()) + 1, dtype=torch.float64)
    table.index_put_(
        (a.cpu(), b.cpu()), torch.ones(1, dtype=torch.float64), accumulate=True
    )
    both, by_a, by_b = map(pairs, (table, table.sum(dim=1), table.sum(dim=0)))
    chance = by_a * by_b / pairs(table.sum())
    most = (by_a + by_b) / 2
    if most == chance:  # all alone in both, or all together in both
        return torch.ones_like(both)
    return (both - chance) / (most - chance)


def check_groupings(a: Tensor, b: Tensor) -> None:
    """Refuse groupings that say nothing of any pair.

    Raises:
        ValueError: If there are fewer than two examples, or a label is negative.
    """
    if len(a) < 2:
        raise ValueError("a has one example: give 2 or more")
    for name, labels in (("a", a), ("b", b)):
        if (labels < 0).any():
            raise ValueError(f"{name} has a negative label: count from 0")
