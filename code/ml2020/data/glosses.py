"""Glosses: what WordNet's definitions and examples say, and its tree of kinds.

Source:  Miller (1995), WordNet: a lexical database for English; Debian wordnet-base
         3.0. Cut by tools/make_data.py; see NOTICE-glosses.md.
"""

import io
import lzma
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.data.files import verified

NAME = "glosses.npz"
SHA256 = "325497a3b6d09ab60a85a021d3d882253447a703cacd490323f8599eccc550d3"
PERSON = 18  # the lexicographer file of persons, in `kinds`


class Glosses(NamedTuple):
    """A text as places in a vocabulary, and where its nouns stand in a tree.

    Words used fewer than 25 times are left out of the text as if they were not there.
    The word that a gloss explains is not part of the text.
    """

    words: tuple[str, ...]  # the vocabulary, the most frequent first
    text: Int[Tensor, " tokens"]  # sentence after sentence
    sentences: Int[Tensor, " tokens"]  # the sentence of each, from 0
    glosses: Int[Tensor, " tokens"]  # the gloss of each: a definition, its examples
    meanings: Int[Tensor, " words"]  # a noun's first, a place in the tree; or -1
    senses: Int[Tensor, " words"]  # how many meanings a noun has; 0 where there is none
    parents: Int[Tensor, " tree"]  # what each meaning is a kind of; -1: the root
    kinds: Int[Tensor, " tree"]  # its lexicographer file, as in lexnames(5WN)
    names: tuple[str, ...]  # the first word of each meaning


@cache
def glosses() -> Glosses:
    """Return the text and the tree. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    with np.load(io.BytesIO(verified(NAME, SHA256)), allow_pickle=False) as cut:
        text = np.frombuffer(lzma.decompress(cut["text"].tobytes()), "<i2")
        lengths = torch.from_numpy(cut["lengths"]).long()
        owners = torch.from_numpy(cut["steps"]).long().cumsum(0)
        return Glosses(
            tuple(cut["words"].tobytes().decode().split("\n")),
            torch.from_numpy(text.astype(np.int64)),
            torch.arange(len(lengths)).repeat_interleave(lengths),
            owners.repeat_interleave(lengths),
            torch.from_numpy(cut["meanings"]).long(),
            torch.from_numpy(cut["senses"]).long(),
            torch.from_numpy(cut["parents"]).long(),
            torch.from_numpy(cut["kinds"]).long(),
            tuple(cut["names"].tobytes().decode().split("\n")),
        )
