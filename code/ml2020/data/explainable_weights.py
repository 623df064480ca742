"""Explainable weights: networks that were trained beforehand for the two pages.

Source:  tools/train_explainable.py; its record, with seeds, seconds and versions, is in
         ml2020/data/trained
"""

import io
from functools import cache

import numpy as np
import torch
from torch import Tensor

from ml2020.data.files import verified

SHA256 = {
    "fair": "b94c78b59578e06a03f46352ce2ec7bf9340165644bc9bfb68a19fab22fc6682",
    "framed": "a097bb71949a0bcc8bb107d11518b4711770308bda0cdca1517a29113711422d",
    "decoder": "556f3d8478ef6421b8f8f78943c754f8402d239dfd5a0053494e44a6b7801032",
}
Weights = dict[str, Tensor]


@cache
def reader_weights(kind: str) -> Weights:
    """Return the parameters of five networks that tell ring from square, in float32.

    They were stored in 16 bits. The first axis counts networks. Treat all as read-only.

    Args:
        kind: fair, or framed: of the pictures they learned from.

    Raises:
        ValueError: If it is no kind, or the file is not the committed one.
    """
    if kind not in ("fair", "framed"):
        raise ValueError(f"kind is {kind!r}: give fair or framed")
    return _read(kind)


@cache
def decoder_weights() -> Weights:
    """Return those of a network that makes pictures of clothes, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    return _read("decoder")


def _read(name: str) -> Weights:
    content = verified(f"trained/explainable_{name}.npz", SHA256[name])
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return {key: torch.from_numpy(stored[key]).float() for key in stored.files}
