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
    "readers.npz": "83cfdf317d4f726c4edd10cba7da6a1a7deb929c1ac1ac76999e9a5d9bb0feb4",
    "silence.csv": "a6e9dbb5ae36dacff3d755bbf55609d472b08d5a423a19ecb6ad0e6493b77d04",
    "runs.csv": "9fb080ddc664833ed5e0d01c22aa87c496c9bfc881814f32ec95271ce2df7eb3",
}


class LineRun(NamedTuple):
    """Five readers that one teacher taught at one rate."""

    name: str  # the teacher; "CTC from true" began with what true marks had taught
    lr: float
    steps: int  # updates
    least: int  # columns that a digit lasts at least, when they read
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
