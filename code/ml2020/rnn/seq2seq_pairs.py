"""Pairs: what goes in and what has to come out, side by side, each with its own length.

Chapter: book/rnn_attention.md
Source:  Lee (2020), recurrent networks: a symbol says when to stop
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_filled

PAST_THE_END = -100  # what torch's cross entropy leaves out


class Pairs(NamedTuple):
    """Sequences side by side, a row a pair.

    Attributes:
        X: What goes in (n, T), 0 behind the end.
        lengths: How much of it is there (n,), 1 or more.
        Y: What has to come out (n, S): the symbols, then the one that says stop, then
            -100.
    """

    X: Int[Tensor, "n T"]
    lengths: Int[Tensor, " n"]
    Y: Int[Tensor, "n S"]


def pairs_of(
    sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]], stop: int
) -> Pairs:
    """Return pairs, filled up behind their ends, with the symbol that says stop.

    Args:
        sources: Numbers of symbols from 0 on, 1 or more each.
        targets: As many, of numbers below that for stop; one may be empty.
        stop: The number that says stop.

    Raises:
        ValueError: If there is no pair, there are not as many targets as sources, a
            source is empty, or a number is outside its range.
    """
    check_pairs(sources, targets, stop)
    lengths = torch.tensor([len(source) for source in sources], dtype=torch.int64)
    X = torch.zeros(len(sources), int(lengths.max()), dtype=torch.int64)
    longest = max(len(target) for target in targets) + 1
    Y = torch.full((len(sources), longest), PAST_THE_END, dtype=torch.int64)
    for k, (source, target) in enumerate(zip(sources, targets, strict=True)):
        X[k, : len(source)] = torch.tensor(source, dtype=torch.int64)
        Y[k, : len(target) + 1] = torch.tensor([*target, stop], dtype=torch.int64)
    return Pairs(X, lengths, Y)


def some_of(pairs: Pairs, rows: Int[Tensor, " k"] | slice) -> Pairs:
    """Return some of the pairs, no wider than the longest of them.

    Raises:
        ValueError: If there is none.
    """
    check_filled("rows", pairs.lengths[rows], "pair")
    X, lengths, Y = pairs.X[rows], pairs.lengths[rows], pairs.Y[rows]
    widest = int((Y != PAST_THE_END).sum(dim=1).max())
    return Pairs(X[:, : int(lengths.max())], lengths, Y[:, :widest])


def places(pairs: Pairs) -> Bool[Tensor, "n T"]:
    """Return where something is of what goes in."""
    at = torch.arange(pairs.X.shape[1], device=pairs.X.device)
    return at < pairs.lengths[:, None]


def check_pairs(
    sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]], stop: int
) -> None:
    """Refuse sequences of length 0, lengths that do not match, unknown symbols.

    Raises:
        ValueError: See `pairs_of`.
    """
    check_at_least("stop", stop, 0)
    if not sources:
        raise ValueError("sources is empty: give at least one")
    if len(sources) != len(targets):
        counts = f"{len(targets)} for {len(sources)} sources"
        raise ValueError(f"targets are {counts}: give as many")
    for k, (source, target) in enumerate(zip(sources, targets, strict=True)):
        if not source:
            raise ValueError(f"sources[{k}] is empty: give 1 symbol or more")
        if min(source) < 0:
            raise ValueError(f"sources[{k}] has {min(source)}: give 0 or more")
        if stop in target:
            raise ValueError(f"targets[{k}] has {stop}, which says stop: leave it out")
        if strange := [y for y in target if not 0 <= y < stop]:
            raise ValueError(f"targets[{k}] has {strange[0]}: give 0 to {stop - 1}")
