"""WordNet: 4,241 English nouns, what links them, and the words that define them.

Source:  Miller (1995), WordNet: a lexical database for English; Debian wordnet-base
         3.0. Cut by tools/make_data.py; see NOTICE-wordnet.md.
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.data.files import verified

NAME = "wordnet.npz"
SHA256 = "90245a32ca2a550ceed95a1735bf04bdaed7df30bc9d367c3cb976c060d32abf"
CLASSES = (
    "act artifact attribute cognition communication event person state".split()
)  # the names of the classes 0 to 7


class WordNet(NamedTuple):
    """A graph of nouns; each is one meaning, called by the first of its words."""

    nouns: tuple[str, ...]  # "accomplishment"; a name may stand for several meanings
    classes: Int[Tensor, " nouns"]  # 0 to 7, an index into CLASSES
    links: Int[Tensor, "2 links"]  # each once, the smaller place first
    met: Int[Tensor, "2 pairs"]  # a noun, and a word that its definition uses
    dictionary: tuple[str, ...]  # those words


@cache
def wordnet() -> WordNet:
    """Return the nouns in the order of WordNet. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    with np.load(io.BytesIO(verified(NAME, SHA256)), allow_pickle=False) as cut:
        return WordNet(
            tuple(cut["nouns"].tobytes().decode().split("\n")),
            torch.from_numpy(cut["classes"]).long(),
            torch.from_numpy(cut["links"]).long(),
            torch.from_numpy(cut["met"]).long(),
            tuple(cut["dictionary"].tobytes().decode().split("\n")),
        )
