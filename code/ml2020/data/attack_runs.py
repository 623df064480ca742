"""Attack runs: readers of digits that were taught to withstand, trained beforehand.

Source:  tools/train_attack.py; its record, with seeds, seconds and versions, is in
         ml2020/data/trained
"""

import io
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ml2020.data.files import verified
from ml2020.data.runs import Networks, runs

SHA256 = {
    "plain.npz": "e65766f1f155d89c89d8d254a2faa55792042a22a95a35003b50762a12dbb817",
    "pgd.npz": "3749d036944bcc901250f9b236d1c7b0a16feba3d4f8eb880c8a38bb0ba653d4",
    "interval.npz": "20ce1e69a32e396a9a679bc6575b7a4f8d539dc8a2d857aa938cadf62c37b6f1",
    "runs.csv": "3b007cb62ed77fd13522676c2465a4b7dbcdbe005536385425dee0c74419990b",
}


class Readers(NamedTuple):
    """Networks that one way of learning has made: shares of pictures named rightly."""

    what: str  # choose: five networks, on the pictures to choose by; judge: five others
    data: str  # digits, clothes, or wide: digits with a ball of 0.2
    kind: str  # plain, clean, decay, dropout, noise, fgsm, pgd, interval
    lr: float
    strength: float  # of weight decay, or the share that is silent; else 0
    epochs: int
    clean: Networks  # as the pictures are,
    pgd: Networks  # after PGD within 0.1 (clothes: 0.05), 20 steps, two losses,
    fgsm: Networks  # after FGSM in the same ball,
    strong: Networks  # after the strongest of six attacks in it;
    proved: Networks  # what interval bounds prove for all of that ball; and
    entropy: Networks  # after PGD by the cross-entropy alone, one of the five


@cache
def reader_runs() -> tuple[Readers, ...]:
    """Return the runs of all kinds and settings. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys: dict[str, Callable[[str], Any]] = {"what": str, "data": str, "kind": str}
    keys |= {"lr": float, "strength": float, "epochs": int}
    return tuple(Readers(*r) for r in runs("attack_runs.csv", SHA256["runs.csv"], keys))


@cache
def trained_thetas() -> dict[str, Tensor]:
    """Return five networks of each of three kinds, a row a network, in float32.

    They were stored in 16 bits. Treat them as read-only.

    Raises:
        ValueError: If a file is not the committed one.
    """
    found = {}
    for kind in ("plain", "pgd", "interval"):
        content = verified(f"trained/attack_{kind}.npz", SHA256[f"{kind}.npz"])
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            found[kind] = torch.from_numpy(stored["theta"]).float()
    return found
