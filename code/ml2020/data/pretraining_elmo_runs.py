"""Pre-training of ELMo: the network that has read the glosses, and what it lost.

Source:  tools/train_pretraining_elmo.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained; the text: see NOTICE-glosses.md
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ml2020.data.files import verified
from ml2020.data.runs import Networks, runs

NAME = "pretraining_elmo"
SHA256 = {
    "csv": "a54cbdf8cc2419f6b229735641b94d09e87fc559765a22a2453f43edd5276d6f",
    "npz": "976f7255ad8ffb9eebfa251af89a5ede561add083c25eec4e36a02feb91d1707",
}


class ElmoRun(NamedTuple):
    """What ELMo lost on sentences put aside, after some updates."""

    updates: int
    lr: float
    step: int
    on: Networks  # the loss of the next word, in nats
    back: Networks  # that of the word before


@cache
def elmo_runs() -> tuple[ElmoRun, ...]:
    """Return the runs. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"updates": int, "lr": float, "step": int}
    return tuple(ElmoRun(*run) for run in runs(f"{NAME}.csv", SHA256["csv"], keys))


@cache
def elmo_weights() -> dict[str, Tensor]:
    """Return the weights, in float32, stored in 16 bits.

    Raises:
        ValueError: If the file is not the committed one.
    """
    content = io.BytesIO(verified(f"trained/{NAME}.npz", SHA256["npz"]))
    with np.load(content, allow_pickle=False) as stored:
        return {key: torch.from_numpy(stored[key]).float() for key in stored.files}
