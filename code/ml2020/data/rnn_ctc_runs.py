"""RNN CTC runs: readers of lines of digits, trained beforehand for the page on CTC.

Source:  tools/train_rnn_ctc.py; its record, with seeds, seconds and versions, is in
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
    "readers.npz": "dc331379d2b99c71b14cac27c9d23d5e4f6236a84d154499f814072a5f2253e4",
    "silence.csv": "a9ba8ce13bb9d2467ac40f92ad0c9590774127bd02fab2025d92dc127e885c94",
    "runs.csv": "52d1da8f00fed1909f55678a10e54fc10d9490a2f5acdd5690c0eecc85fc29a7",
}


class LineRun(NamedTuple):
    """Five readers that one teacher taught at one rate."""

    name: str  # the teacher
    lr: float
    steps: int  # updates
    least: int  # columns in a row that have to say a digit
    choose: Networks  # changes a digit needs, on the lines that chose rate and least
    judge: Networks  # on other lines, of other digits
    plain: Networks  # on the same, read by the best path as it is


class Silence(NamedTuple):
    """How often five readers said nothing, at one update of a teacher's best rate."""

    name: str
    step: int
    silence: Networks  # the mean probability of the blank


@cache
def line_runs() -> tuple[LineRun, ...]:
    """Return the runs of all teachers and rates. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"name": str, "lr": float, "steps": int, "least": int}
    found = runs("rnn_ctc_runs.csv", SHA256["runs.csv"], keys)
    return tuple(LineRun(*run) for run in found)


@cache
def line_silence() -> tuple[Silence, ...]:
    """Return some updates of each teacher's best rate, more of the first, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"name": str, "step": int}
    found = runs("rnn_ctc_silence.csv", SHA256["silence.csv"], keys)
    return tuple(Silence(*row) for row in found)


@cache
def trained_readers() -> dict[str, Tensor]:
    """Return the readers of each teacher's best rate, a row a network, in float32.

    They were stored in 16 bits. Treat them as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    content = verified("trained/rnn_ctc_readers.npz", SHA256["readers.npz"])
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return {key: torch.from_numpy(stored[key]).float() for key in stored.files}
