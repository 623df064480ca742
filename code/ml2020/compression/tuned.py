"""Tuned: weights of a trained network in clusters or of few bits, and tuned so.

Chapter: book/compression_small.md
Source:  Han, Mao and Dally (2016), section 3, https://arxiv.org/abs/1510.00149
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ml2020.compression.bits import quantised
from ml2020.compression.clusters import Coded, k_means
from ml2020.compression.small_task import TUNED, clothes
from ml2020.compression.through import (
    Descent,
    Loss,
    Numbers,
    kept_by,
    learned,
    looked_up,
    parameters,
    rounded_to,
    weights,
)


class Small(NamedTuple):
    """A small network, and those of its weights that are places in a table."""

    model: nn.Module
    coded: dict[str, Coded]


def put(model: nn.Module, numbers: Mapping[str, Tensor]) -> nn.Module:
    """Return the network itself, with these numbers."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(numbers[name])
    return model


def trained(
    model: nn.Module, lr: float, epochs: int, seed: int, loss: Loss | None = None
) -> nn.Module:
    """Return the network itself after training on the pictures to learn from."""
    task, dice = clothes(), torch.Generator().manual_seed(seed)
    start, how = parameters(model), Descent(lr, epochs)
    same = lambda numbers: numbers  # noqa: E731
    args = start, same, task.X, task.y, how
    return put(model, learned(model, *args, loss=loss, generator=dice))


def plain(model: nn.Module) -> Small:
    """Return a network without tables."""
    return Small(model, {})


def tables(
    model: nn.Module, coded: dict[str, Coded], numbers: Numbers | None = None
) -> Small:
    """Return the network with weights out of tables, other numbers as given."""
    found = numbers or parameters(model)
    return Small(put(model, found | {n: c.values for n, c in coded.items()}), coded)


def clustered(
    model: nn.Module, k: int, lr: float, seed: int, passes: int = TUNED
) -> Small:
    """Return weights in k clusters each, zeros of pruning left at 0; tables tuned.

    Args:
        model: Trained; itself it changes.
        k: Values of a table.
        lr: The rate at which the tables learn; 0: they do not.
        seed: Of the order of the pictures.
        passes: Through these.
    """
    real = parameters(model)
    coded = {name: shared(real[name], k) for name in weights(real)}
    if not lr:
        return tables(model, coded)
    task, dice = clothes(), torch.Generator().manual_seed(seed)
    pruned = {n: (c.table != 0).float() for n, c in coded.items() if has_zero(c)}
    start = real | {n: c.table for n, c in coded.items()}

    def made(numbers: Numbers) -> Numbers:
        return looked_up(coded)(kept_by(pruned)(numbers))

    found = learned(
        model, start, made, task.X, task.y, Descent(lr, passes), generator=dice
    )
    coded = {n: Coded(c.ids, kept_by(pruned)(found)[n]) for n, c in coded.items()}
    return tables(model, coded, found | {n: c.values for n, c in coded.items()})


def shared(w: Tensor, k: int) -> Coded:
    """Return weights in k clusters; if some are 0, one cluster is theirs alone."""
    full = w != 0
    if bool(full.all()):
        return k_means(w, k)
    inner = k_means(w[full], max(1, k - 1))
    ids = torch.zeros_like(w, dtype=torch.int64)
    ids[full] = inner.ids + 1
    return Coded(ids, torch.cat([w.new_zeros(1), inner.table]))


def has_zero(coded: Coded) -> bool:
    """Tell whether a table has the 0 of pruning, at its beginning."""
    return bool(coded.table[0] == 0)


def rounded(
    model: nn.Module,
    bits: int,
    lr: float,
    seed: int,
    passes: int = TUNED,
    *,
    keep_real: bool = True,
) -> Small:
    """Return weights of so many bits; with a rate, trained straight through.

    Args:
        model: Trained; itself it changes.
        bits: For each weight.
        lr: The rate; 0: only rounded.
        seed: Of the order of the pictures.
        passes: Through these.
        keep_real: If not, the weights are rounded after each step.
    """
    found, task = parameters(model), clothes()
    if lr:
        dice = torch.Generator().manual_seed(seed)
        found = learned(
            model,
            found,
            rounded_to(bits),
            task.X,
            task.y,
            Descent(lr, passes, keep_real),
            generator=dice,
        )
    coded = {n: quantised(found[n], bits) for n in weights(found)}
    return tables(model, coded, found)
