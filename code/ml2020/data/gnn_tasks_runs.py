"""GNN runs: what was trained beforehand for the page on tasks.

Source:  tools/train_gnn_tasks.py; its record, with seeds, seconds and versions, is in
         ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = {  # of the table of each task
    "nouns": "00e1f4faca614773f45ab7beffc8a445a3c92652340a3f1685f9f889c2a709d0",
    "molecules": "f1ccaa6ae9baa56492e2d478b8bff26d55c4f0a91f2bb64f5e0012c3fd6588d2",
}


class TaskRun(NamedTuple):
    """Networks of one method in one setting, a seed each; the more, the better.

    Nouns: balanced accuracies. Molecules: minus the
    root mean squared error of the log solubility.
    """

    method: str
    housing: str  # short, or embedded
    decay: float  # of the weights
    lr: float
    epochs: int
    validation: Networks  # at the epoch that it likes best,
    test: Networks  # and at the same epoch
    epoch: Networks  # that one


@cache
def task_runs(task: str) -> tuple[TaskRun, ...]:
    """Return the runs of one task. Treat the tensors as read-only.

    Args:
        task: nouns or molecules.

    Raises:
        ValueError: If it is no task, or the file is not the committed one.
    """
    check_task(task)
    keys = {
        "method": str,
        "housing": str,
        "decay": float,
        "lr": float,
        "epochs": int,
    }
    found = runs(f"gnn_tasks_{task}.csv", SHA256[task], keys)
    return tuple(TaskRun(*run) for run in found)


def check_task(task: str) -> None:
    """Raise a ValueError at what is no task."""
    if task not in SHA256:
        raise ValueError(f"task is {task!r}: give one of {', '.join(SHA256)}")
