"""Explainable trees: networks that paid for the tree that imitates them.

Source:  tools/train_explainable_trees.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = "40edc882b5c7dc7f948e635c73e7f778cbb55d3ca6077f4b7331b547347ecb55"


class TreeRun(NamedTuple):
    """Networks that paid one price, a seed each, judged on 2,000 new points."""

    kind: str  # none, tree, shuffled, constant, squares; or leaf: no price, a rule
    strength: float  # of the price; of leaf: how many examples one has at least
    updates: int
    path: Networks  # questions of the tree, in the mean
    network: Networks  # share that the network names as the truth does
    tree: Networks  # and the tree
    agree: Networks  # share that both name alike
    follows: Networks  # correlation of guesses with paths; 0 without a guesser


@cache
def tree_runs() -> tuple[TreeRun, ...]:
    """Return the runs in the order of the file. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"kind": str, "strength": float, "updates": int}
    found = runs("explainable_trees.csv", SHA256, keys)
    return tuple(TreeRun(*run) for run in found)
