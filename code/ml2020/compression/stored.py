"""Stored: a network as a file, every byte of it, read back to an equal network.

Chapter: book/compression_small.md
Source:  as Han, Mao and Dally (2016), figure 1, https://arxiv.org/abs/1510.00149
"""

import copy
from collections.abc import Collection, Mapping, Sequence

import torch
from torch import Tensor, nn

from ml2020.compression.clusters import Coded
from ml2020.compression.parts import read, write


def stored(
    model: nn.Module, coded: Mapping[str, Coded] | None = None, *, huffman: bool = True
) -> bytes:
    """Return the file of a network's parameters, in their order.

    Args:
        model: The network, in float32.
        coded: By name, parameters that are places in a table instead.
        huffman: As for `write`.

    Raises:
        ValueError: As `write` does, or if the network has no parameter of a name.
    """
    named, coded = dict(model.named_parameters()), coded or {}
    check_names(named, coded)
    parts = [coded.get(name, p.detach()) for name, p in named.items()]
    return write(parts, huffman=huffman)


def restored(model: nn.Module, data: bytes) -> nn.Module:
    """Return a copy of a network with the parameters of a file.

    Raises:
        ValueError: As `read` does, or if the file is of another network.
    """
    model, found = copy.deepcopy(model), read(data)
    own = list(model.parameters())
    check_fit(own, found)
    with torch.no_grad():
        for p, value in zip(own, found, strict=True):
            p.copy_(value)
    return model


def check_names(named: Collection[str], coded: Collection[str]) -> None:
    """Refuse weights that a network does not have.

    Raises:
        ValueError: If it has no parameter of a name.
    """
    strange = set(coded) - set(named)
    if strange:
        raise ValueError(f"coded has {min(strange)}: name parameters of the network")


def check_fit(own: Sequence[Tensor], found: Sequence[Tensor]) -> None:
    """Refuse the file of another network.

    Raises:
        ValueError: If it has other shapes.
    """
    if [p.shape for p in own] != [value.shape for value in found]:
        raise ValueError("data is of another network: restore it into its own")
