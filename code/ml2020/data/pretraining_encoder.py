"""Pre-training encoder: what a real encoder makes of some sentences.

Source:  tools/train_pretraining_encoder.py; see NOTICE-pretraining_encoder.md
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.data.files import verified

NAME = "trained/pretraining_encoder.npz"
SHA256 = "0a85230ddb96c35e2da1db6e2e7661ce9c3bddf2280fbb3499468aef9e20c360"


class Seen(NamedTuple):
    """What was kept of the encoder.

    Attributes:
        tokens: Of each of the two sentences that it was watched on.
        attention: Who looks at whom in each (6, 12, T, T), for each layer and head.
        bank: Cosines between the vectors of *bank* in twelve sentences, layer by layer;
            what goes into the first layer comes first.
        mean: The same of the mean vectors of the sentences.
    """

    tokens: tuple[tuple[str, ...], ...]
    attention: tuple[Tensor, ...]
    bank: Float[Tensor, "7 12 12"]
    mean: Float[Tensor, "7 12 12"]


@cache
def seen_encoder() -> Seen:
    """Return what was kept, in float32. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    with np.load(io.BytesIO(verified(NAME, SHA256)), allow_pickle=False) as kept:
        numbers = {
            key: torch.from_numpy(kept[key]).float()
            for key in ("attention0", "attention1", "bank", "mean")
        }
        tokens = [kept[f"tokens{k}"].tobytes().decode().split() for k in range(2)]
    looks = numbers["attention0"], numbers["attention1"]
    both = tuple(tuple(row) for row in tokens)
    return Seen(both, looks, numbers["bank"], numbers["mean"])
