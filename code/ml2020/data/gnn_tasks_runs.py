"""GNN runs: what was trained beforehand for the page on tasks.

Source:  tools/train_gnn_tasks.py; its record, with seeds, seconds and versions, is in
         ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = {  # of the table of each task
    "nouns": "5aa1fa0241ceea5fa7434cb1a318e7fdedcbe08db98abb64ca7f317796358d20",
    "links": "dd4d42c9b051de6cc8e9dab6d4239282bbe1b73aab65aafc0b7018c5a6683ec8",
    "molecules": "da90efaaeb0161abc270a6521483a3c25f5b25532876605643d239ee1e9449c2",
}


class TaskRun(NamedTuple):
    """Five networks of one method at one rate, a seed each; the more, the better.

    Nouns: balanced accuracies. Links: areas under the ROC curve. Molecules: minus the
    root mean squared error of the log solubility.
    """

    method: str
    lr: float
    epochs: int
    validation: Networks  # at the epoch that it likes best,
    test: Networks  # and at the same epoch
    epoch: Networks  # that one


@cache
def task_runs(task: str) -> tuple[TaskRun, ...]:
    """Return the runs of one task. Treat the tensors as read-only.

    Args:
        task: nouns, links or molecules.

    Raises:
        ValueError: If it is no task, or the file is not the committed one.
    """
    check_task(task)
    keys = {"method": str, "lr": float, "epochs": int}
    found = runs(f"gnn_tasks_{task}.csv", SHA256[task], keys)
    return tuple(TaskRun(*run) for run in found)


def check_task(task: str) -> None:
    """Raise a ValueError at what is no task."""
    if task not in SHA256:
        raise ValueError(f"task is {task!r}: give one of {', '.join(SHA256)}")
