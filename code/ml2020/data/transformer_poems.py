"""Transformer poems: a reader that writes quatrains, trained beforehand.

Source:  tools/train_transformer_poems.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained; the poems: see NOTICE-quatrains.md
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ml2020.data.files import verified
from ml2020.data.runs import Networks, runs

NAME = "transformer_poems"
SHA256 = {
    "csv": "07602f9b73ae241e150a3bea685acdc087d03192cf80ddcf18887650f824a68c",
    "npz": "74d5702800e8f2ac55df25f2524751e0d49ffe62834062464e076477b83e7e56",
}


class PoemRun(NamedTuple):
    """What a reader loses, in nats a symbol, on poems of three parts."""

    scale: float  # of the vectors of symbols at first; 1 as torch draws them
    lr: float  # the highest rate
    learn: Networks
    choose: Networks
    judge: Networks
    form: Networks  # the share of poems with four lines of five, of those it wrote


@cache
def poem_runs() -> tuple[PoemRun, ...]:
    """Return the runs, a row a reader. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    found = runs(f"{NAME}.csv", SHA256["csv"], {"scale": float, "lr": float})
    return tuple(PoemRun(*run) for run in found)


@cache
def poem_weights() -> dict[str, Tensor]:
    """Return the weights of the best reader, in float32, stored in 16 bits.

    Raises:
        ValueError: If the file is not the committed one.
    """
    content = io.BytesIO(verified(f"trained/{NAME}.npz", SHA256["npz"]))
    with np.load(content, allow_pickle=False) as stored:
        return {key: torch.from_numpy(stored[key]).float() for key in stored.files}
