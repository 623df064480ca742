"""CNN weights: convolutional networks that were trained beforehand.

Source:  tools/train_cnn.py; its record, with seeds, seconds and versions, is in
         ml2020/data/trained
"""

import io
from functools import cache

import numpy as np
import torch
from torch import Tensor

from ml2020.data.files import verified

SHA256 = {
    "clothes": "7ab9146876cbf74fa424c64d54d2e8ee213fef32c17c66826ba685fb3c289f7c",
    "patches": "30cb179b8c2fa73234654ffda19510ee8e72f2be4eb894145af5ee22beaa80ac",
}
Weights = dict[str, Tensor]


@cache
def clothes_weights() -> Weights:
    """Return the parameters of five networks that name clothes, by name, in float32.

    They were stored in 16 bits. The first axis counts networks. Treat all as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    return _read("clothes")


@cache
def patch_weights() -> Weights:
    """Return those of three networks that tell photographs apart, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    return _read("patches")


def _read(name: str) -> Weights:
    content = verified(f"trained/cnn_{name}.npz", SHA256[name])
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return {key: torch.from_numpy(stored[key]).float() for key in stored.files}
