"""Readers: small convolutional networks that tell a ring from a square.

Chapter: book/explainable_local.md
Source:  the chapter's own experiment; the network is that of book/cnn_layers.md, with
         strides instead of pooling
"""

import torch
from torch import nn

from ml2020.cnn import drawn, fit
from ml2020.cnn.network import convnet
from ml2020.explainable.shapes import CLASSES, SIDE, framed, shapes

LEARN, RATE = 2000, 0.003
EPOCHS = {"fair": 14, "framed": 3}
KINDS = tuple(EPOCHS)


def shape_net() -> nn.Sequential:
    """Return a network with 8 and 16 filters, 16 rectifiers and two scores."""
    return convnet(SIDE, (8, 16), 16, len(CLASSES), "stride")


def reader(kind: str, seed: int) -> nn.Sequential:
    """Return one that has learned, from fair pictures or from framed squares.

    Args:
        kind: fair: a frame tells nothing, there is none; framed: each square stands in
            a picture with a frame, and no ring does.
        seed: Of its weights, its pictures and their order.

    Raises:
        ValueError: If it is no kind.
    """
    check_kind(kind)
    dice = torch.Generator().manual_seed(seed)
    data = shapes(LEARN, generator=dice)
    X = framed(data.X, data.y == 1) if kind == "framed" else data.X
    return fit(drawn(shape_net, seed), X, data.y, RATE, EPOCHS[kind], generator=dice)


def check_kind(kind: str) -> None:
    """Refuse what is no kind.

    Raises:
        ValueError: If it is neither fair nor framed.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}: give one of {', '.join(KINDS)}")
