"""Shuttle: nine readings of a space shuttle's sensors, and whether all was normal.

Source:  UCI, Statlog (Shuttle), https://archive.ics.uci.edu/dataset/148; the file that
         river 0.26.1 ships. Cut by tools/make_data.py; see NOTICE-shuttle.md.
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.data.files import verified

NAME = "shuttle.npz"
SHA256 = "99cb74bc53ac45740fd5b16b647e1c636e2f5eba64d908226beb00e51053b130"


class Shuttle(NamedTuple):
    """20,000 moments, in an order that is already drawn by chance.

    Attributes:
        readings: Nine whole numbers of each, without names or units (20000, 9).
        anomalous: Whether it is of a rare class (20000,).
    """

    readings: Float[Tensor, "n 9"]
    anomalous: Bool[Tensor, " n"]


@cache
def shuttle() -> Shuttle:
    """Return all moments. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    with np.load(io.BytesIO(verified(NAME, SHA256)), allow_pickle=False) as cut:
        return Shuttle(
            torch.from_numpy(cut["readings"]).float(),
            torch.from_numpy(cut["anomalous"]).bool(),
        )
