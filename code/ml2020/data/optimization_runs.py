"""Optimization runs: what was trained beforehand for the lecture on optimization.

Source:  tools/train_optimization_momentum.py and tools/train_optimization_race.py;
         their records, with seeds, seconds and versions, are in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SCHEDULED_SHA256 = "f59f86638c198aae8c5d8551b97e6005b5c7716bccf709a5a91f888c0c60b3c0"
RACE_SHA256 = "7d48174a5607338067f36700812f036b32d1ea17ea6451579e5b3d921501ac81"


class ScheduledRun(NamedTuple):
    """Ten networks under one schedule: their losses on pictures they never saw."""

    rule: str  # the schedule, and Lookahead where it was worn
    lr: float  # the highest rate
    steps: int
    choose: Networks  # on the pictures to choose the rate by
    judge: Networks  # on those to judge by


class RaceRun(NamedTuple):
    """Networks trained by one rule: shares of pictures that they named rightly.

    There are ten, by which a rate is chosen, or twenty fresh ones at the chosen rate.
    What was run is a race at a constant rate; a fall, the same at one that falls to 0;
    long, ten times the passes; a grid of decay; or, of the first three, "fresh ...".
    """

    what: str
    rule: str
    lr: float
    decay: float
    passes: int
    choose: Networks  # shares, of the pictures to choose by,
    judge: Networks  # of those to judge by,
    learn: Networks  # and of those that were learned from
    first: Networks  # mean loss of the batches of the first pass,
    last: Networks  # and of the last
    rises: Networks  # how many passes had a higher loss than the one before


@cache
def scheduled_runs() -> tuple[ScheduledRun, ...]:
    """Return all runs of the page on schedules. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"rule": str, "lr": float, "steps": int}
    name = "optimization_momentum_runs.csv"
    return tuple(ScheduledRun(*run) for run in runs(name, SCHEDULED_SHA256, keys))


@cache
def race_runs() -> tuple[RaceRun, ...]:
    """Return all runs of the page on the race. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"what": str, "rule": str, "lr": float, "decay": float, "passes": int}
    name = "optimization_race_runs.csv"
    return tuple(RaceRun(*run) for run in runs(name, RACE_SHA256, keys))
