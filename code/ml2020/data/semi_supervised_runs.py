"""Semi-supervised runs: digits learned with few labels, trained beforehand.

Source:  tools/train_semi_supervised.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = "5965771c92e6e3891e1b203e7dc9e81916f1fd645b3b29561006eb5f12abc2a1"


class DigitRun(NamedTuple):
    """One way to learn, with one setting, on several draws of the pictures.

    What was run is a table; a rate, on other draws, by which that of Adam and the decay
    were chosen; fold 1 or fold 2, half of the labels to learn from, half to choose by;
    five digits, or strangers, if the unlabelled show the other five; long, five times
    the steps; or control, networks at the rate of hard labels.
    """

    what: str
    name: str
    labels: int  # pictures with a label to learn from
    strength: float  # the setting
    decay: float  # cost of the squares of a network's numbers
    lr: float  # of Adam; 0 for who is no network
    steps: int
    few: Networks  # accuracy: of as many others, to choose by,
    many: Networks  # of 300 others
    judge: Networks  # and of 397 to judge by
    sure: Networks  # shares of the 900 without label: of which a network is sure,
    wrong: Networks  # and sure and wrong


@cache
def digit_runs() -> tuple[DigitRun, ...]:
    """Return all runs. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"what": str, "name": str, "labels": int, "strength": float}
    keys |= {"decay": float, "lr": float, "steps": int}
    found = runs("semi_supervised_runs.csv", SHA256, keys)
    return tuple(DigitRun(*run) for run in found)
