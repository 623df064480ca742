"""Why deep runs: what was trained beforehand for the lecture on depth.

Source:  tools/train_why_deep.py; its record, with seeds, seconds and versions, is in
         ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

CONTEST_SHA256 = "8b986d9e101d79546748b1464effba50c7a2427d057568a166a0761dff3264d9"
MODULES_SHA256 = "3df3ab7e35115cf8959f9b0ec6ea9f6e2ca3aa25a660905506dcf381b226004c"
TENTS_SHA256 = "13ed8da657f8f5c9fdeef65baec3e5a9d9e000658344de774dc2984aa4782f41"


class ContestRun(NamedTuple):
    """Networks of one shape that learned one task: shares of examples answered rightly.

    What was run is a rate, by which the best is chosen; fresh, others at that rate;
    long, ten times the steps; or decay, fresh ones with weight decay.
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

    what: str  # rate: who chose it; fresh: others; long: ten times the steps
    outputs: int  # 4 kinds, or 2 questions
    shared: int  # 1 if one hidden layer serves all outputs
    equal: int  # 1 if all kinds weighed the same
    lr: float
    steps: int
    gs: Networks  # girls with short hair,
    gl: Networks  # with long hair,
    bs: Networks  # boys with short hair,
    bl: Networks  # with long hair


class TentRun(NamedTuple):
    """Networks that shall fold a line, and by how much they miss it."""

    what: str  # drawn, at random; or shaken: what was built, and noise added
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
    keys = {"what": str, "outputs": int, "shared": int, "equal": int, "lr": float}
    keys["steps"] = int
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
