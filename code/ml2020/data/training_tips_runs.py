"""Training tips runs: what was trained beforehand for the lecture on tips.

Source:  tools/train_training_tips_depth.py and train_training_tips_table.py; their
         records, with seeds, seconds and versions, are in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

DEPTH_SHA256 = "eeb8aa232ea6c78d819273e77f3908815a0304b8bba200df06ed9f0703436db9"
TABLE_SHA256 = "1acc650d023eeb17ab88060533f263d6e623492afba8b7c31ff2f412c4c52801"


class DepthRun(NamedTuple):
    """Networks of one kind at one rate, all 32 wide, that learned from 900 digits."""

    what: str  # rate: those that choose it; fresh: others; high: rates beyond the grid;
    # fresh-beside: others, at one more rate; long: ten times the epochs; long-fresh:
    # others, so long
    bend: str  # sigmoid, relu; other sigmoids: steep, centred, both
    start: str  # default: as nn.Linear draws; shifted: biases that take off the mean of
    # steep ones; or a number: inputs times variance of Gaussian weights, biases of 0
    tip: str  # batch: normalised; dropout: of a tenth; or empty
    depth: int  # hidden layers
    rule: str  # momentum, adam
    lr: float
    epochs: int
    loss: Networks  # mean cross entropy on the training set
    training: Networks  # share of the training set named rightly
    test: Networks  # and of the test set


class TableRun(NamedTuple):
    """Networks with one tip, at one strength and rate, each with its own few digits."""

    what: str  # rate: those that choose; fresh: others; beside: at other settings;
    # long: ten times the epochs; long-slower: so long, at a lower rate; clean, redrawn:
    # ways to stop, by the labels
    tip: str  # nothing, L2, L1, dropout, batch; stopping, by loss; accuracy: stopping
    # by it, with the latest of equal bests; first: with the first of them
    strength: float  # of the penalty; patience; odds p / (1 - p) of dropout; or 0
    lr: float
    pictures: int  # that each learned from
    epochs: int
    kept: Networks  # the epoch whose weights are judged
    training_loss: Networks
    training: Networks
    validation_loss: Networks
    validation: Networks
    test_loss: Networks
    test: Networks


@cache
def depth_runs() -> tuple[DepthRun, ...]:
    """Return the runs of deep networks. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {
        **{"what": str, "bend": str, "start": str, "tip": str, "depth": int},
        **{"rule": str, "lr": float, "epochs": int},
    }
    name = "training_tips_depth.csv"
    return tuple(DepthRun(*run) for run in runs(name, DEPTH_SHA256, keys))


@cache
def table_runs() -> tuple[TableRun, ...]:
    """Return the runs of all tips. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {
        **{"what": str, "tip": str, "strength": float, "lr": float},
        **{"pictures": int, "epochs": int},
    }
    name = "training_tips_table.csv"
    return tuple(TableRun(*run) for run in runs(name, TABLE_SHA256, keys))
