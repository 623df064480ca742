"""Pre-training runs: networks that have read the glosses, and what they lost.

Source:  tools/train_pretraining_bert.py and tools/train_pretraining_elmo.py; their
         records, with seeds, seconds and versions, are in ml2020/data/trained; the
         text: see NOTICE-glosses.md
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ml2020.data.files import verified
from ml2020.data.runs import Networks, runs

SHA256 = {
    "bert.csv": "ea3b416ed35d649bb172a5e922c323c3c4e2198a219ae9d9ea25a4574ac48dda",
    "bert.npz": "f79cbb79ffe06e563308f6f73e406c02c6403334980d6dec8942c36f88572d41",
    "elmo.csv": "",
    "elmo.npz": "",
}


class BertRun(NamedTuple):
    """What BERT lost on sentences put aside, after some updates."""

    updates: int  # of the whole run
    lr: float  # its highest rate
    step: int  # when it was measured
    words: Networks  # the loss of hidden words, in nats
    pairs: Networks  # that of following
    right: Networks  # the share of pairs told right


class ElmoRun(NamedTuple):
    """What ELMo lost on sentences put aside, after some updates."""

    updates: int
    lr: float
    step: int
    on: Networks  # the loss of the next word, in nats
    back: Networks  # that of the word before


KEYS = {"updates": int, "lr": float, "step": int}


@cache
def bert_runs() -> tuple[BertRun, ...]:
    """Return the runs of BERT. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    found = runs("pretraining_bert.csv", SHA256["bert.csv"], KEYS)
    return tuple(BertRun(*run) for run in found)


@cache
def elmo_runs() -> tuple[ElmoRun, ...]:
    """Return the runs of ELMo. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    found = runs("pretraining_elmo.csv", SHA256["elmo.csv"], KEYS)
    return tuple(ElmoRun(*run) for run in found)


@cache
def reader_weights(name: str) -> dict[str, Tensor]:
    """Return the weights of bert or elmo, in float32, stored in 16 bits.

    Raises:
        ValueError: If there is no such network, or the file is not the committed one.
    """
    if f"{name}.npz" not in SHA256:
        raise ValueError(f"name is {name}: choose bert or elmo")
    file = f"trained/pretraining_{name}.npz"
    content = io.BytesIO(verified(file, SHA256[f"{name}.npz"]))
    with np.load(content, allow_pickle=False) as stored:
        return {key: torch.from_numpy(stored[key]).float() for key in stored.files}
