"""Handwritten digits, 8 by 8: small enough to learn from in seconds.

Source:  sklearn.datasets.load_digits, which ships the test part of the UCI data set
         of Alpaydin and Kaynak (1998). Nothing is copied here; see NOTICE-digits.md.
"""

import hashlib
from functools import cache
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from sklearn.datasets import load_digits  # type: ignore[import-untyped]
from torch import Tensor

SHA256 = "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"


class Digits(NamedTuple):
    """1,797 pictures of digits, written by 13 people, and what they show."""

    images: Float[Tensor, "n 8 8"]  # ink, 0 (none) to 1
    labels: Int[Tensor, " n"]  # 0 to 9


@cache
def digits() -> Digits:
    """Return all pictures, in the order of the file. Treat the tensors as read-only.

    Raises:
        ValueError: If scikit-learn ships another file than the one known here.
    """
    found = load_digits()
    ink, shown = found.images.astype("uint8"), found.target.astype("uint8")
    if hashlib.sha256(ink.tobytes() + shown.tobytes()).hexdigest() != SHA256:
        raise ValueError("digits differ from those known: pin scikit-learn 1.9.1")
    return Digits(torch.from_numpy(ink).float() / 16, torch.from_numpy(shown).long())
