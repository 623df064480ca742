"""Pre-training tasks: what was learned from few labels, after reading and without.

Source:  tools/train_pretraining_tasks.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

NAME = "pretraining_tasks.csv"
SHA256 = "e731ce49acbfd608988a2e0b65dd8fe26f711d78dce83aea39233370948e3635"


class TaskRun(NamedTuple):
    """Shares of definitions told right, of networks that learned from few labels."""

    name: str  # who; of the search for a setting with ", tried" behind it
    labels: int
    setting: float  # the highest rate, or the pull of a probe to 0
    choose: Networks  # on those to choose by
    judge: Networks  # on those that judge; NaN while the setting was chosen


@cache
def task_runs() -> tuple[TaskRun, ...]:
    """Return the runs, a row a network. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"name": str, "labels": int, "setting": float}
    return tuple(TaskRun(*run) for run in runs(NAME, SHA256, keys))
