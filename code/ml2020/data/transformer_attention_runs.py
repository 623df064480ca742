"""Transformer runs: readers of one layer, and what layers cost, made beforehand.

Source:  tools/train_transformer_attention.py; its record, with seeds, seconds and
         versions, is in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = {
    "runs.csv": "208373776b844681f3c3d42f94106ca7f4156bad5a58cc3d2ab7c5ea9bf0f9d5",
    "costs.csv": "2acfbdbf6cfd5d0ce2c69ef1a8addbd428ea11d54ceae5cbfe3ab1b8bf4ddf39",
}


class ReaderRun(NamedTuple):
    """Readers that learned the same task from different first weights."""

    task: str  # "neighbours" or "walks"
    kind: str  # how places are told; or "masked", "open", "spared": the last one too
    updates: int
    loss: Networks  # the mean over the last 20 batches, in nats a place
    share: Networks  # of right answers, or of steps it may take, on its own
    ceiling: Networks  # the best share without places, on the same circles; or NaN


class LayerCost(NamedTuple):
    """What a layer of 64 numbers a place costs."""

    layer: str
    T: int  # places
    many: int  # sequences
    seconds: Networks  # of CPU, forward and all slopes, the least of many turns


@cache
def reader_runs() -> tuple[ReaderRun, ...]:
    """Return the runs. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"task": str, "kind": str, "updates": int}
    found = runs("transformer_attention_runs.csv", SHA256["runs.csv"], keys)
    return tuple(ReaderRun(*run) for run in found)


@cache
def layer_costs() -> tuple[LayerCost, ...]:
    """Return the costs, layer by layer, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"layer": str, "T": int, "many": int}
    found = runs("transformer_attention_costs.csv", SHA256["costs.csv"], keys)
    return tuple(LayerCost(*cost) for cost in found)
