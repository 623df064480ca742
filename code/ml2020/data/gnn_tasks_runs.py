"""GNN runs: what was trained beforehand for the page on tasks.

Source:  tools/train_gnn_tasks.py; its record, with seeds, seconds and versions, is in
         ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = {  # of the table of each task
    "nouns": "5ac038e8766291cc28d05381db619e2106183acb0028bd213458641332c982c1",
    "links": "792d550135b342c5e8e028bc5e458d16ebaf39181180c75dcbbb017e273dab3a",
    "molecules": "2ac217fe51de13e11a35e4345de76b967e1c1c077dd326c63c174014ed0393e3",
}


class TaskRun(NamedTuple):
    """Networks of one method in one setting, a seed each; the more, the better.

    Nouns: balanced accuracies. Links: AUC. Molecules: minus the root mean squared error
    of the log solubility.
    """

    method: str
    housing: str  # of the layers on nouns: short, or embedded
    decay: float  # of the weights
    lr: float
    epochs: int
    validation: Networks  # at the epoch that it likes best,
    test: Networks  # and at the same epoch
    epoch: Networks  # that one


@cache
def all_task_runs() -> dict[str, tuple[TaskRun, ...]]:
    """Return the runs of each task. Treat the tensors as read-only.

    Raises:
        ValueError: If a file is not the committed one.
    """
    keys = {
        "method": str,
        "housing": str,
        "decay": float,
        "lr": float,
        "epochs": int,
    }
    return {
        task: tuple(
            TaskRun(*run) for run in runs(f"gnn_tasks_{task}.csv", sha256, keys)
        )
        for task, sha256 in SHA256.items()
    }


def task_runs(task: str) -> tuple[TaskRun, ...]:
    """Return the runs of one task. Treat the tensors as read-only.

    Args:
        task: nouns, links or molecules.

    Raises:
        ValueError: If it is no task, or a file is not the committed one.
    """
    check_task(task)
    return all_task_runs()[task]


def check_task(task: str) -> None:
    """Raise a ValueError at what is no task."""
    if task not in SHA256:
        raise ValueError(f"task is {task!r}: give one of {', '.join(SHA256)}")
