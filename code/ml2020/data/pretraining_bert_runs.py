"""Pre-training of BERT: the network that has read the glosses, and what it lost.

Source:  tools/train_pretraining_bert.py; its record, with seeds, seconds and versions,
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

NAME = "pretraining_bert"
SHA256 = {
    "csv": "ea3b416ed35d649bb172a5e922c323c3c4e2198a219ae9d9ea25a4574ac48dda",
    "npz": "f79cbb79ffe06e563308f6f73e406c02c6403334980d6dec8942c36f88572d41",
}


class BertRun(NamedTuple):
    """What BERT lost on sentences put aside, after some updates."""

    updates: int  # of the whole run
    lr: float  # its highest rate
    step: int  # when it was measured
    words: Networks  # the loss of hidden words, in nats
    pairs: Networks  # that of following
    right: Networks  # the share of pairs told right


@cache
def bert_runs() -> tuple[BertRun, ...]:
    """Return the runs. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"updates": int, "lr": float, "step": int}
    return tuple(BertRun(*run) for run in runs(f"{NAME}.csv", SHA256["csv"], keys))


@cache
def bert_weights() -> dict[str, Tensor]:
    """Return the weights, in float32, stored in 16 bits.

    Raises:
        ValueError: If the file is not the committed one.
    """
    content = io.BytesIO(verified(f"trained/{NAME}.npz", SHA256["npz"]))
    with np.load(content, allow_pickle=False) as stored:
        return {key: torch.from_numpy(stored[key]).float() for key in stored.files}
