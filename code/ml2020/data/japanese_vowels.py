"""Japanese vowels: nine men say two vowels; who is it?

Source:  Kudo, Toyama and Shimbo (1999), https://doi.org/10.24432/C5NS47; the files that
         aeon 1.6.0 ships. Cut by tools/make_data.py; see NOTICE-japanese_vowels.md.
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.files import verified

NAME = "japanese_vowels.npz"
SHA256 = "103e22d405f8fc369a3d19aa7bc01b00684a00d1f1decaa56982ad3a8fd43df9"


class Utterances(NamedTuple):
    """Utterances of different lengths.

    Attributes:
        cepstra: Of each, 12 numbers a frame (frames, 12), without unit.
        speakers: Who spoke, 0 to 8 (n,).
    """

    cepstra: tuple[Float[Tensor, "_ 12"], ...]
    speakers: Int[Tensor, " n"]


class Vowels(NamedTuple):
    """The two parts, as they were recorded: 270 utterances, and 370 for the test."""

    train: Utterances
    test: Utterances


@cache
def japanese_vowels() -> Vowels:
    """Return both parts. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    parts = []
    with np.load(io.BytesIO(verified(NAME, SHA256)), allow_pickle=False) as cut:
        for part in ("train", "test"):
            frames = torch.from_numpy(cut[f"{part}_cepstra"])
            lengths = cut[f"{part}_lengths"].tolist()
            speakers = torch.from_numpy(cut[f"{part}_speakers"]).long()
            parts.append(Utterances(torch.split(frames, lengths), speakers))
    return Vowels(*parts)
