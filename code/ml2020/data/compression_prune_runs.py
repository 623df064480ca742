"""Compression runs: networks made smaller, trained beforehand for the page on pruning.

Source:  tools/train_compression_prune.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained
"""

import csv
from functools import cache
from typing import NamedTuple

from ml2020.data.files import verified
from ml2020.data.runs import Networks, runs

SHA256 = {
    "runs.csv": "ac279a491e54aee80a08be042d8aee27c7281e7f39954179077afba89f283579",
    "sparse.csv": "809b8e4b1f13bd619b376b15afa145fbe519c60ac2eb79680624ffb40b82c6af",
}


class PruneRun(NamedTuple):
    """Several networks made in one way.

    What was run: tickets, digits from several starts; pupils, their teacher; few and
    many, pupils with 100 and with 1,200 pictures; unseen, with 1,000 that lack a digit;
    clothes; clothes chosen, by which a rate or a price was chosen.
    """

    what: str
    name: str
    setting: float  # rounds, temperature, share of what is left, price of factors
    epochs: int  # of pupils on digits: updates
    lr: float
    choose: Networks  # accuracy on examples to choose by,
    judge: Networks  # and on others
    extra: Networks  # clothes: before the descent; pupils: on the digit left out


class Product(NamedTuple):
    """Seconds of a product of a matrix, 1,024 by 1,024, with some columns."""

    left: float  # share of its weights that are not 0
    batch: int  # columns
    dense: float  # NumPy, with the zeros
    sparse: float  # SciPy, in compressed rows


@cache
def prune_runs() -> tuple[PruneRun, ...]:
    """Return all runs. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"what": str, "name": str, "setting": float, "epochs": int, "lr": float}
    found = runs("compression_prune_runs.csv", SHA256["runs.csv"], keys)
    return tuple(PruneRun(*run) for run in found)


@cache
def products() -> tuple[Product, ...]:
    """Return the least seconds of fifteen products each.

    Raises:
        ValueError: If the file is not the committed one.
    """
    name = "trained/compression_prune_sparse.csv"
    content = verified(name, SHA256["sparse.csv"]).decode().splitlines()
    return tuple(
        Product(float(left), int(batch), float(dense), float(sparse))
        for left, batch, dense, sparse in list(csv.reader(content))[1:]
    )
