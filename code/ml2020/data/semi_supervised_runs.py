"""Semi-supervised runs: digits learned with few labels, trained beforehand.

Source:  tools/train_semi_supervised.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = "4eabede3a7ad692b7a569b0e4950fc04909836b00100a6a0cdd540cee621672b"


class DigitRun(NamedTuple):
    """One way to learn, with one setting, on several draws of the pictures.

    What was run is a table; a rate, on other draws, by which that of Adam was chosen;
    or long, ten times the steps.
    """

    what: str
    name: str
    labels: int  # pictures with a label to learn from
    strength: float  # the setting
    lr: float  # of Adam; 0 for who is no network
    steps: int
    few: Networks  # shares named rightly: of as many others, to choose by,
    many: Networks  # of 300 others
    judge: Networks  # and of 397 to judge by


@cache
def digit_runs() -> tuple[DigitRun, ...]:
    """Return all runs. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"what": str, "name": str, "labels": int, "strength": float}
    keys |= {"lr": float, "steps": int}
    found = runs("semi_supervised_runs.csv", SHA256, keys)
    return tuple(DigitRun(*run) for run in found)
