"""Transformer runs: words, norms, longer sequences, trained beforehand.

Source:  tools/train_transformer_model.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained
"""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.data.files import verified
from ml2020.data.runs import Networks, runs

NAME = "transformer_model"
SHA256 = {
    "runs.csv": "36db197375149e9e3c324aa83ab522f0c64d4ee43d72063a28fc92437a25a848",
    "lengths.csv": "1e85cdda37c43fe8efda461cea0fba534c4bc25fa0854966af728e908cb47434",
    "norms.csv": "052d8db1c69d3b59de12a9cdcf90ba70cba0baf05e70696ac5b7ac08b788a1e9",
    "npz": "f0ece15052a861b7d4f07fc21b7f77072afe6cc031abfbcd09656607afd07ecf",
}


class SoundRun(NamedTuple):
    """Networks of one kind that say how words sound."""

    kind: str  # "pre"; "warm": with a warm-up; "dot": the recurrent rival
    part: str  # of the words that they were asked about: "choose" or "judge"
    lr: float  # the highest rate
    updates: int
    phones: Networks  # the share that is wrong
    words: Networks
    told: Networks  # nats a symbol, if it is told at each step what was right
    seconds: Networks  # of CPU, for learning


class LengthRun(NamedTuple):
    """Networks that say what stood three places back, in sequences of one length."""

    kind: str
    T: int
    plain: Networks  # the share that is right, behind the longest length that was met
    near: Networks  # the same if far places are hidden; NaN without attention


class NormRun(NamedTuple):
    """Readers that say what stands before each place of a circle."""

    layers: int
    norms: str  # "before" or "behind" each part
    warm: int  # steps of the warm-up
    lr: float  # the highest rate
    share: Networks  # that is right


@cache
def sound_runs() -> tuple[SoundRun, ...]:
    """Return the runs. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"kind": str, "part": str, "lr": float, "updates": int}
    found = runs(f"{NAME}_runs.csv", SHA256["runs.csv"], keys)
    return tuple(SoundRun(*run) for run in found)


@cache
def length_runs() -> tuple[LengthRun, ...]:
    """Return the runs of the other task, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"kind": str, "T": int}
    found = runs(f"{NAME}_lengths.csv", SHA256["lengths.csv"], keys)
    return tuple(LengthRun(*run) for run in found)


@cache
def norm_runs() -> tuple[NormRun, ...]:
    """Return the runs of deeper readers, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"layers": int, "norms": str, "warm": int, "lr": float}
    found = runs(f"{NAME}_norms.csv", SHA256["norms.csv"], keys)
    return tuple(NormRun(*run) for run in found)


@cache
def transformer_weights() -> dict[str, Tensor]:
    """Return the weights of one of these networks, in float32, stored in 16 bits.

    Raises:
        ValueError: If the file is not the committed one.
    """
    return {
        key.removeprefix("weights."): numbers.float()
        for key, numbers in _stored().items()
        if key.startswith("weights.")
    }


@cache
def transformer_edits() -> dict[str, Float[Tensor, "networks words"]]:
    """Return how many edits each word needs that judges, by kind and updates.

    Raises:
        ValueError: If the file is not the committed one.
    """
    found: dict[str, list[Tensor]] = {}
    for key, edits in _stored().items():
        kind, name, *_ = key.split(".")
        if kind == "edits":
            found.setdefault(name, []).append(edits.double())
    return {name: torch.stack(edits) for name, edits in found.items()}


def _stored() -> dict[str, Tensor]:
    content = io.BytesIO(verified(f"trained/{NAME}.npz", SHA256["npz"]))
    with np.load(content, allow_pickle=False) as stored:
        return {key: torch.from_numpy(stored[key]) for key in stored.files}
