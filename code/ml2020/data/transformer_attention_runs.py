"""Transformer runs: readers of one layer, and what layers cost, made beforehand.

Source:  tools/train_transformer_attention.py; its record, with seeds, seconds and
         versions, is in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = {
    "runs.csv": "48d45edb23e29ed4c75f0525ef897ad3fb566dab861c557c081c6e4303968910",
    "costs.csv": "5ed6c37f5a6b1e050d45a0848e596d5ba7b807ca8fec8f4df273a07acd8d32e6",
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
