"""Deep learning runs: what was trained beforehand for the lecture on networks.

Source:  tools/train_deep_learning.py; its record, with seeds, seconds and versions, is
         in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

STUDY_SHA256 = "17323a3c66c3ef158f3f7820c4508abd0f34524c2bdb46d6e2e3d1fa33ba8474"
SINE_SHA256 = "5e78b94f6b396026192109ee7c46db21989849a1d41b798ef13bf9953d6433a2"


class StudyRun(NamedTuple):
    """Ten networks of one width and depth at one rate: shares of digits named rightly.

    A network whose weights have overflowed names none.
    """

    split: str  # the seed with which the pictures are shuffled, or file: they are not
    width: int
    depth: int  # hidden layers
    lr: float
    epochs: int
    training: Networks  # shares, of the training set,
    validation: Networks  # of the validation set,
    test: Networks  # and of the test set


class SineRun(NamedTuple):
    """Networks of rectifiers that learned a sine at one rate.

    There is the single one that is built, or one for each of several seeds.
    """

    what: str  # rate: those by which the rate is chosen; fresh: others
    start: str  # drawn; spread, so drawn that they bend at even distances; built
    width: int
    lr: float
    steps: int
    loss: Networks  # the mean squared error at the points
    worst: Networks  # the largest error on the period
    inside: Networks  # neurons that bend within the period, at the end
    dead: Networks  # neurons that say 0 all over the period, at the end


@cache
def study_runs() -> tuple[StudyRun, ...]:
    """Return the runs of all widths, depths and rates. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"split": str, "width": int, "depth": int, "lr": float, "epochs": int}
    name = "deep_learning_study.csv"
    return tuple(StudyRun(*run) for run in runs(name, STUDY_SHA256, keys))


@cache
def sine_runs() -> tuple[SineRun, ...]:
    """Return the runs that learned a sine. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"what": str, "start": str, "width": int, "lr": float, "steps": int}
    name = "deep_learning_sine.csv"
    return tuple(SineRun(*run) for run in runs(name, SINE_SHA256, keys))
