"""Runs: tables of what was trained beforehand, a row a network.

Source:  the scripts tools/train_*.py, whose records are in ml2020/data/trained
"""

import csv
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.data.files import verified

Networks = Float[Tensor, " networks"]


def runs(name: str, sha256: str, keys: Mapping[str, Callable[[str], Any]]) -> list[Any]:
    """Return the runs of a file: the settings of each, and a tensor for each column.

    A row is one network; rows that follow each other with equal settings are one run.

    Args:
        name: The file's name in ml2020/data/trained.
        sha256: The hash that its loader holds.
        keys: The columns that are settings, in the file's order, and what makes them of
            a text. Of the others "seed" is left out; the rest is measured.

    Raises:
        ValueError: If the file is not the committed one.
    """
    rows = csv.DictReader(verified(f"trained/{name}", sha256).decode().splitlines())
    measured = [m for m in rows.fieldnames or () if m not in (*keys, "seed")]
    found = []
    for settings, group in groupby(rows, key=lambda row: [row[key] for key in keys]):
        run = list(group)
        columns = [
            torch.tensor([float(row[m]) for row in run], dtype=torch.float32)
            for m in measured
        ]
        pairs = zip(keys.values(), settings, strict=True)
        found.append((*(kind(text) for kind, text in pairs), *columns))
    return found
