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
def cnn_weights(name: str) -> Weights:
    """Return the parameters of several networks of one form, by name, in float32.

    They were stored in 16 bits. The first axis counts networks. Treat all as read-only.

    Args:
        name: clothes, five networks that name clothes; or patches, three that tell
            photographs apart.

    Raises:
        ValueError: If there is no such file, or it is not the committed one.
    """
    check_name(name)
    content = verified(f"trained/cnn_{name}.npz", SHA256[name])
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return {key: torch.from_numpy(stored[key]).float() for key in stored.files}


def check_name(name: str) -> None:
    """Refuse the name of a file that is not there.

    Raises:
        ValueError: If it is none of those above.
    """
    if name not in SHA256:
        raise ValueError(f"name is {name}: give one of {', '.join(SHA256)}")
