"""Clusters: weights share a few values; a table holds these, each weight a place in it.

Chapter: book/compression_small.md
Source:  Han, Mao and Dally (2016), section 3, https://arxiv.org/abs/1510.00149; the
         iteration is Lloyd (1982), https://doi.org/10.1109/TIT.1982.1056489
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_span,
)

MOST = 300  # rounds of Lloyd, which ends by itself long before


class Coded(NamedTuple):
    """Weights as places in a table."""

    ids: Int[Tensor, "*shape"]  # 0 to k - 1
    table: Float[Tensor, " k"]

    @property
    def values(self) -> Tensor:
        """The weights that the places stand for."""
        return self.table[self.ids]


def k_means(w: Float[Tensor, "*shape"], k: int, rounds: int = MOST) -> Coded:
    """Return the weights in k clusters: each goes to the nearest of the k means.

    The table begins evenly spaced from the smallest weight to the largest, the linear
    start of the source. A cluster that loses all its weights stays where it was.

    Args:
        w: Weights of any shape, at least one.
        k: Values in the table, 1 or more.
        rounds: How often at most the table is moved, 1 or more.

    Raises:
        ValueError: If k or rounds is below 1, there is no weight, or one is NaN or
            infinite.
    """
    check_weights(w)
    check_at_least("k", k, 1)
    check_at_least("rounds", rounds, 1)
    flat = w.detach().flatten()
    table = evenly(flat, k)
    for _ in range(rounds):
        ids = nearest(flat, table)
        moved = means(flat, ids, table)
        if torch.equal(moved, table):
            break
        table = moved
    return Coded(nearest(flat, table).view(w.shape), table)


def evenly(w: Float[Tensor, " n"], k: int) -> Float[Tensor, " k"]:
    """Return k values evenly spaced over the weights' range; one is its middle."""
    low, high = w.min(), w.max()
    if k == 1:
        return ((low + high) / 2)[None]
    steps = torch.arange(k, device=w.device, dtype=w.dtype) / (k - 1)
    return low + (high - low) * steps


def nearest(w: Float[Tensor, " n"], table: Float[Tensor, " k"]) -> Int[Tensor, " n"]:
    """Return for each weight the place of the nearest value in an ascending table."""
    borders = (table[1:] + table[:-1]) / 2
    return torch.bucketize(w.contiguous(), borders)


def means(
    w: Float[Tensor, " n"], ids: Int[Tensor, " n"], table: Float[Tensor, " k"]
) -> Float[Tensor, " k"]:
    """Return the mean of each cluster; without weights it keeps its old value."""
    count = torch.bincount(ids, minlength=len(table))
    total = torch.zeros_like(table, dtype=torch.float64)
    total.index_add_(0, ids, w.double())
    return torch.where(count > 0, total / count.clamp(min=1), table.double()).to(
        table.dtype
    )


def table_slope(
    slope: Float[Tensor, "*shape"], ids: Int[Tensor, "*shape"], k: int
) -> Float[Tensor, " k"]:
    """Return the slope of the loss by each value of a table, that by all weights given.

    A value moves all weights of its cluster, so their slopes add up.

    Args:
        slope: Of the loss by each weight.
        ids: Where each weight is in the table.
        k: Values in the table.

    Raises:
        ValueError: If k is below 1, or a place is not in the table.
    """
    check_at_least("k", k, 1)
    check_ids(ids, k)
    return slope.new_zeros(k).index_add(0, ids.flatten(), slope.flatten())


def check_weights(w: Tensor) -> None:
    """Refuse what cannot be put into clusters.

    Raises:
        ValueError: If there is no weight, one is NaN or infinite, or they are too far
            apart.
    """
    check_filled("w", w, "weight")
    check_finite("w", w, "train anew with a lower rate")
    check_span("w", w)


def check_ids(ids: Tensor, k: int) -> None:
    """Refuse places that a table does not have.

    Raises:
        ValueError: If one is below 0, or k or more.
    """
    if ids.numel() and not 0 <= int(ids.min()) <= int(ids.max()) < k:
        raise ValueError(f"ids are outside 0 to {k - 1}: give a table with more values")
