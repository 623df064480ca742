"""Copying: read bits to the end, then say them all again.

Chapter: book/conditional_generation_pointing.md
Source:  the copy task of Graves, Wayne and Danihelka (2014), section 4.1,
         https://arxiv.org/abs/1410.5401
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ml2020.conditional_generation.learning import first, learned
from ml2020.conditional_generation.turing_machine import Rival, TuringMachine
from ml2020.support.checks import check_at_least, check_choice

BITS, LONGEST, BATCH = 4, 8, 32  # a vector's; vectors to learn from; of an update
MACHINES = "Turing machine", "LSTM"
UNITS = 64  # of the LSTM


class Copy(NamedTuple):
    """Bits to read and to say.

    Attributes:
        X: The bits, then a mark that says: now you; then zeros (2 T + 1, n, BITS + 1).
        Y: What has to be said in the last T steps (T, n, BITS).
    """

    X: Tensor
    Y: Tensor


def copy_task(T: int, n: int, *, generator: torch.Generator | None = None) -> Copy:
    """Return n sequences of T vectors of bits.

    Raises:
        ValueError: If there is none, or none of a sequence.
    """
    check_at_least("T", T, 1)
    check_at_least("n", n, 1)
    bits = torch.randint(2, (T, n, BITS), generator=generator).float()
    X = torch.zeros(2 * T + 1, n, BITS + 1, dtype=torch.float32)
    X[:T, :, :BITS] = bits
    X[T, :, BITS] = 1
    return Copy(X, bits)


def copier(machine: str, seed: int, lr: float, updates: int) -> nn.Module:
    """Return a machine that has learned from fresh sequences of 1 to 8 vectors.

    Args:
        machine: One of MACHINES.
        seed: Of the first weights and of the sequences.
        lr: The first rate.
        updates: 1 or more.

    Raises:
        ValueError: If there is no such machine.
    """
    check_choice("machine", machine, MACHINES)
    dice = torch.Generator().manual_seed(20_000 + seed)

    def loss(model: nn.Module, t: int) -> Tensor:
        T = int(torch.randint(1, LONGEST + 1, (1,), generator=dice))
        X, Y = copy_task(T, BATCH, generator=dice)
        return F.binary_cross_entropy_with_logits(model(X)[0][-T:], Y)

    def make() -> nn.Module:
        if machine == "LSTM":
            return Rival(BITS + 1, BITS, UNITS)
        return TuringMachine(BITS + 1, BITS)

    return learned(first(make, seed), loss, lr, updates)


@torch.no_grad()
def wrong_bits(
    model: nn.Module, T: int, n: int, seed: int, slots: int | None = None
) -> float:
    """Return the share of bits that are said wrong, of fresh sequences.

    Args:
        model: One that copies.
        T: Vectors of each sequence.
        n: How many sequences.
        seed: Of the sequences.
        slots: Of a Turing machine's memory; None for as many as it learned with.
    """
    X, Y = copy_task(T, n, generator=torch.Generator().manual_seed(seed))
    said = model(X) if slots is None else model(X, slots)
    return ((said[0][-T:] > 0) != (Y > 0.5)).double().mean().item()
