"""Self-supervised runs: digits on a canvas, read with few labels, trained beforehand.

Source:  tools/train_self_supervised.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = "fd6b0696ef74631ca0d9dec230810275f60ea85d328b43b338149c3a5a755301"


class ProbeRun(NamedTuple):
    """One way to learn, read or judged with some labels, on several draws.

    What was run is a table; a rate, on another draw, by which that of Adam was chosen;
    part, SimCLR with one ingredient changed; long, ten times the updates; or turns, how
    often the network of rotation tells the turn of a digit.
    """

    what: str
    name: str
    labels: int  # pictures with a label; of turns, the digit
    views: int  # of each labelled picture, besides itself; if taught in views, not 0
    lr: float  # of Adam; 0 for what was not learned
    steps: int  # updates
    pull: Networks  # of the probe's weights to 0; 0 without a probe
    choose: Networks  # accuracy on 197 to choose by; of turns, told by quarters alone
    judge: Networks  # and on 400 to judge by; of turns, told among all four


@cache
def probe_runs() -> tuple[ProbeRun, ...]:
    """Return all runs. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"what": str, "name": str, "labels": int, "views": int}
    keys |= {"lr": float, "steps": int}
    found = runs("self_supervised_runs.csv", SHA256, keys)
    return tuple(ProbeRun(*run) for run in found)
