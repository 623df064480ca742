"""RNN runs: what was trained beforehand for the lecture on recurrent networks.

Source:  tools/train_rnn_recall.py; its record, with seeds, seconds and versions, is in
         ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

RECALL_SHA256 = "1efc384602e0ec17f984620eec3efff4ce073abb405fae3eac56552377567c13"


class RecallRun(NamedTuple):
    """Networks of one kind that learned, at one rate, to recall a symbol."""

    stage: str  # choose: five, at each rate; judge: twenty others, at the best
    name: str  # the kind, and how U and the bias of the gate that keeps begin
    lr: float
    steps: int  # updates at most
    solved: Networks  # the first update at which it was solved; -1: never
    share: Networks  # of the sequences recalled rightly at the end


@cache
def recall_runs() -> tuple[RecallRun, ...]:
    """Return the runs of all kinds and rates. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"stage": str, "name": str, "lr": float, "steps": int}
    return tuple(RecallRun(*run) for run in runs("rnn_recall.csv", RECALL_SHA256, keys))
