"""Why deep runs: what was trained beforehand for the lecture on depth.

Source:  tools/train_why_deep.py; its record, with seeds, seconds and versions, is in
         ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

CONTEST_SHA256 = "28eaaa5568db0cd835dbc9bf3b9418327bf04192e1f65ebfa523e6ee444f1b9a"
MODULES_SHA256 = "973b9572f1a7831d0725405653f19ae4896e3d759140376f2b234f75592c40fc"
TENTS_SHA256 = "db3060940dbcda3f380954e3a0ad586228e4516e34614527dcb51e745d75b8d7"


class ContestRun(NamedTuple):
    """Networks of one shape that learned one task: shares of examples answered rightly.

    What was run is a rate, by which the best is chosen; fresh, others at that rate;
    long, ten times the steps; late, the same at several rates; decay, fresh ones with
    weight decay; or creased, first creases all over the square.
    """

    what: str
    task: str  # carpet or parity
    n: int  # examples to learn from
    shape: str  # sizes of the layers
    lr: float
    decay: float
    steps: int
    learn: Networks  # shares, of the examples that were learned from,
    choose: Networks  # of those to choose by,
    judge: Networks  # and of those to judge by: for parity the same


class ModuleRun(NamedTuple):
    """Groups of networks of one design: shares of each kind of person named rightly."""

    what: str  # rate: who chose it; fresh, more: others; long, more late: longer
    outputs: int  # 4 kinds, or 2 questions
    shared: int  # 1 if one hidden layer serves all outputs
    softmax: int  # 1 if the outputs compete for one answer
    equal: int  # 1 if all kinds weighed the same
    lr: float
    steps: int
    gs: Networks  # girls with short hair,
    gl: Networks  # with long hair,
    bs: Networks  # boys with short hair,
    bl: Networks  # with long hair


class TentRun(NamedTuple):
    """Networks that shall fold a line, and by how much they miss it."""

    what: str  # drawn, at random; shaken: built, and noise; else other starts
    folds: int  # and as many hidden layers
    width: int  # of each of them
    noise: float
    lr: float
    steps: int
    error: Networks  # mean squared, as a share of the variance of the target


@cache
def contest_runs() -> tuple[ContestRun, ...]:
    """Return the runs of fat against tall. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    kinds = {"what": str, "task": str, "n": int, "shape": str}
    keys = {**kinds, "lr": float, "decay": float, "steps": int}
    name = "why_deep_contest.csv"
    return tuple(ContestRun(*run) for run in runs(name, CONTEST_SHA256, keys))


@cache
def module_runs() -> tuple[ModuleRun, ...]:
    """Return the runs of the faces. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"what": str, "outputs": int, "shared": int, "softmax": int}
    keys |= {"equal": int, "lr": float, "steps": int}
    name = "why_deep_modules.csv"
    return tuple(ModuleRun(*run) for run in runs(name, MODULES_SHA256, keys))


@cache
def tent_runs() -> tuple[TentRun, ...]:
    """Return the runs of the folds. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    kinds = {"what": str, "folds": int, "width": int}
    keys = {**kinds, "noise": float, "lr": float, "steps": int}
    name = "why_deep_tents.csv"
    return tuple(TentRun(*run) for run in runs(name, TENTS_SHA256, keys))
