"""Ladders: even rungs whose ends are cut off where the error is least.

Chapter: book/compression_small.md
Source:  the rungs of Jacob et al. (2018), section 2.1,
         https://arxiv.org/abs/1712.05877; the choice of step and zero point is our own
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.compression.bits import MOST_BITS, straight_through
from ml2020.compression.clusters import Coded
from ml2020.compression.small_task import TUNED, clothes
from ml2020.compression.through import Descent, Numbers, learned, parameters, weights
from ml2020.compression.tuned import Small, tables
from ml2020.support.checks import (
    check_at_least,
    check_bits,
    check_filled,
    check_finite,
    check_positive,
)

STEPS = 40  # that are tried, evenly spaced


class Ladder(NamedTuple):
    """Even rungs: s (q - z) for q = 0 to 2**bits - 1."""

    bits: int
    s: float  # the step
    z: int  # the rung that is 0


def on_ladder(w: Float[Tensor, "*shape"], ladder: Ladder) -> Coded:
    """Return weights on the nearest rungs; beyond the last rung they are cut.

    Args:
        w: Weights, at least one.
        ladder: Of 1 to 16 bits, with a step above 0.

    Raises:
        ValueError: If a weight is NaN or infinite, or a number outside its range.
    """
    check_filled("w", w, "weight")
    check_finite("w", w, "train anew with a lower rate")
    check_positive("s", ladder.s)
    bits, s, z = ladder
    most = 2**bits - 1
    q = ((w.detach() / s).round() + z).clamp(0, most)
    return Coded(q.long(), s * (torch.arange(most + 1, device=w.device) - z))


def best_ladder(w: Float[Tensor, "*shape"], bits: int, tries: int = STEPS) -> Ladder:
    """Return the ladder on which the sum of the squares of the errors is least.

    Its 0 is one of the two rungs in the middle; the steps that are tried end with the
    one whose ladder reaches the largest weight.

    Args:
        w: Weights, at least one other than 0.
        bits: For each weight, 2 to 16.
        tries: Steps that are tried, 1 or more.

    Raises:
        ValueError: If all weights are 0, one is NaN or infinite, or a number is outside
            its range.
    """
    check_ladder(w, bits)
    check_at_least("tries", tries, 1)
    middle = 2 ** (bits - 1)
    largest = w.detach().abs().max().item() / (middle - 1)
    ladders = [
        Ladder(bits, largest * k / tries, z)
        for k in range(1, tries + 1)
        for z in (middle - 1, middle)
    ]
    return min(
        ladders, key=lambda one: float((w - on_ladder(w, one).values).square().sum())
    )


def by_filter(w: Float[Tensor, " filters *rest"], bits: int) -> Tensor:
    """Return rounded weights, with the best ladder for each filter or neuron."""
    return torch.stack([on_ladder(row, best_ladder(row, bits)).values for row in w])


def on_ladders(ladders: Mapping[str, Ladder]) -> Callable[[Numbers], Numbers]:
    """Return what puts weights on ladders, with slopes that go straight through."""

    def made(numbers: Numbers) -> Numbers:
        return numbers | {
            n: straight_through(numbers[n], on_ladder(numbers[n], ladder).values)
            for n, ladder in ladders.items()
        }

    return made


def laddered(
    model: nn.Module, bits: int, lr: float, seed: int, passes: int = TUNED
) -> Small:
    """Return a network on the best ladders of its start, where they then stay.

    Args:
        model: Trained; itself it changes.
        bits: For each weight, as for `best_ladder`.
        lr: The rate at which it learns straight through; 0: only rounded.
        seed: Of the order of the pictures.
        passes: Through these.
    """
    found, task = parameters(model), clothes()
    ladders = {n: best_ladder(found[n], bits) for n in weights(found)}
    if lr:
        dice, how = torch.Generator().manual_seed(seed), Descent(lr, passes)
        made = on_ladders(ladders)
        found = learned(model, found, made, task.X, task.y, how, generator=dice)
    coded = {n: on_ladder(found[n], ladder) for n, ladder in ladders.items()}
    return tables(model, coded, found)


def check_ladder(w: Tensor, bits: int) -> None:
    """Refuse weights without a best ladder.

    Raises:
        ValueError: If there is none, one is NaN or infinite, all are 0, or bits is
            outside 2 to 16.
    """
    check_filled("w", w, "weight")
    check_finite("w", w, "train anew with a lower rate")
    check_bits(bits, 2, MOST_BITS)
    if not w.detach().any():
        raise ValueError("w is 0 everywhere: any ladder holds it, none is the best")
