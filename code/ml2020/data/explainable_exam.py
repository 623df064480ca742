"""Explainable exam: what each way to explain is worth where the cause is known.

Source:  tools/train_explainable_exam.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = "b1510beb42cc428b3c6c58b70b127d4bf74982426aeaedcb2864e08575444110"


class ExamRun(NamedTuple):
    """One way, asked about five networks, in 40 pictures each."""

    way: str
    right: Networks  # share of pictures that the network names rightly
    blank: Networks  # lead of the ring on blank paper
    share: Networks  # in the cell of the cause, of the sizes of all dots
    rings: Networks  # share of rings whose best cell is the cause's
    squares: Networks
    share_sum: Networks  # the same where the dots of a cell are added up, with sign
    rings_sum: Networks
    squares_sum: Networks


@cache
def exam_runs() -> tuple[ExamRun, ...]:
    """Return the runs in the order of the file. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    found = runs("explainable_exam.csv", SHA256, {"way": str})
    return tuple(ExamRun(*run) for run in found)
