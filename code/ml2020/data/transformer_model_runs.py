"""Transformer runs: words, norms, longer sequences, trained beforehand.

Source:  tools/train_transformer_words.py, tools/train_transformer_norms.py and
         tools/train_transformer_lengths.py; their records, with seeds, seconds and
         versions, are in ml2020/data/trained
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

SHA256 = {
    "words_runs.csv": "8af11704f0c2354451082b230636b29681f059db5abae454607db140c6b04382",  # noqa: E501
    "words.npz": "0d57bdbeb44922ff7fe161e4de25c7b051c618b2e0f9dc772d689360e41ac8a0",
    "norms.csv": "acb4c3cbe92e8f2f1e5832e6225a9a4cc010ea99211f3dc5d1759b17ffa833c6",
    "lengths.csv": "366fdb90feee52dcf022f60da6aac9a8428e0797eea99ead79d9bb59559be1cd",
}


class SoundRun(NamedTuple):
    """Networks of one kind that say how words sound."""

    kind: str  # "pre"; "dot", the recurrent rival; "warm", "dotwarm": with a warm-up
    part: str  # of the words that they were asked about: "choose" or "judge"
    lr: float  # the highest rate
    updates: int
    phones: Networks  # the share that is wrong
    words: Networks
    told: Networks  # nats a symbol, if it is told at each step what was right
    seconds: Networks  # of CPU, for learning


class LengthRun(NamedTuple):
    """Networks that say what stood three places back, in sequences of one length."""

    kind: str  # "moved": waves whose first place was drawn while it learned
    updates: int
    T: int
    plain: Networks  # the share that is right, behind the longest length that was met
    close: Networks  # at 128, else NaN: if no more places are seen than were met
    far: Networks  # if as many are seen, but for the one that is meant all far away
    crowd: Networks  # if the near ones stand there so often that they are 127


class NormRun(NamedTuple):
    """Readers of six layers that say what stands before each place of a circle."""

    norms: str  # "before" or "behind" each part
    updates: int
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
    found = runs("transformer_words_runs.csv", SHA256["words_runs.csv"], keys)
    return tuple(SoundRun(*run) for run in found)


@cache
def length_runs() -> tuple[LengthRun, ...]:
    """Return the runs of the other task, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"kind": str, "updates": int, "T": int}
    found = runs("transformer_lengths.csv", SHA256["lengths.csv"], keys)
    return tuple(LengthRun(*run) for run in found)


@cache
def norm_runs() -> tuple[NormRun, ...]:
    """Return the runs of deeper readers, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"norms": str, "updates": int, "warm": int, "lr": float}
    found = runs("transformer_norms.csv", SHA256["norms.csv"], keys)
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
    content = io.BytesIO(verified("trained/transformer_words.npz", SHA256["words.npz"]))
    with np.load(content, allow_pickle=False) as stored:
        return {key: torch.from_numpy(stored[key]) for key in stored.files}
