"""Recursive runs: readers of phrases, trained beforehand for the page on trees.

Source:  tools/train_recursive.py; its record, with seeds, seconds and versions, is in
         ml2020/data/trained
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ml2020.data.files import verified
from ml2020.data.runs import Networks, runs

SHA256 = {
    "rates.csv": "f2a16a67a6304faaf627020173cba56103c8442c910a7d24831e15730cec9e0e",
    "heights.csv": "097e9c205cceb43624da176ccd4ab296f7cbeccc8bb338fb1e37590379f2fdcc",
    "draws.csv": "19f4fac2cf9c5a761156719703673115e08437a0cf0a0acb9fb3191f92dc62f9",
    "readers.npz": "892910b5968b143d104ea51a5ad5e89266fe9d5dbcf9498b3d5a656133f9a652",
}


class RateRun(NamedTuple):
    """Five readers of one kind that learned at one rate."""

    reader: str  # its kind, and what else it was told, or was not
    lr: float
    choose: Networks  # the share right, of the phrases that chose the rate


class HeightRun(NamedTuple):
    """The readers at the best rate of their kind, on phrases of one height."""

    reader: str
    lr: float  # the best rate
    steps: int  # updates that they learned for
    height: int
    share: Networks  # the share right


class DrawRun(NamedTuple):
    """Readers that learned other phrases, at the rate chosen before."""

    reader: str
    draw: int  # of what they learned from
    height: int
    share: Networks  # the share right


@cache
def rate_runs() -> tuple[RateRun, ...]:
    """Return the runs of all readers and rates. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"reader": str, "lr": float}
    found = runs("recursive_rates.csv", SHA256["rates.csv"], keys)
    return tuple(RateRun(*run) for run in found)


@cache
def height_runs() -> tuple[HeightRun, ...]:
    """Return what the readers of the best rates get right, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"reader": str, "lr": float, "steps": int, "height": int}
    found = runs("recursive_heights.csv", SHA256["heights.csv"], keys)
    return tuple(HeightRun(*run) for run in found)


@cache
def draw_runs() -> tuple[DrawRun, ...]:
    """Return what readers get right that learned other phrases, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"reader": str, "draw": int, "height": int}
    found = runs("recursive_draws.csv", SHA256["draws.csv"], keys)
    return tuple(DrawRun(*run) for run in found)


@cache
def trained_phrase_readers() -> dict[str, Tensor]:
    """Return readers of the best rates, a row a network, in float32, by kind.

    They were stored in 16 bits. Treat them as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    content = verified("trained/recursive_readers.npz", SHA256["readers.npz"])
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return {key: torch.from_numpy(stored[key]).float() for key in stored.files}
