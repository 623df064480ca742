"""Word embedding runs: skip-gram's inner products beside PMI, computed beforehand.

Source:  tools/train_word_embedding.py; its record, with seconds and versions, is in
         ml2020/data/trained
"""

import csv
from functools import cache
from typing import NamedTuple

from ml2020.data.files import verified

SHA256 = {
    "cells.csv": "903ae8b420f4bbfedd91abe93ded1a4648042aabc568c7983791d9d067106aa5",
    "agreement.csv": "175465ab7158079de09bc92dcc77f584f732117fe9fbf6a2d1329cb05ef0b869",
}


class Cell(NamedTuple):
    """One pair of words."""

    met: float  # how often they met, as far as they were read
    wanted: float  # PMI - ln k
    given: float  # the inner product


class Agreement(NamedTuple):
    """All pairs that met so often."""

    above: float  # more often than this
    upto: float  # and at most so often
    cells: int
    r: float  # correlation of what was wanted and given
    wanted: float  # means
    given: float


def rows(name: str) -> list[list[float]]:
    """Return the numbers of a table.

    Raises:
        ValueError: If the file is not the committed one.
    """
    content = verified(f"trained/word_embedding_{name}", SHA256[name]).decode()
    return [[float(v) for v in row] for row in list(csv.reader(content.split()))[1:]]


@cache
def product_cells() -> tuple[Cell, ...]:
    """Return 1,500 pairs that have met, drawn by lot.

    Raises:
        ValueError: If the file is not the committed one.
    """
    return tuple(Cell(*row) for row in rows("cells.csv"))


@cache
def product_agreement() -> tuple[Agreement, ...]:
    """Return how well inner products agree with PMI - ln k, by how often words met.

    Raises:
        ValueError: If the file is not the committed one.
    """
    return tuple(
        Agreement(above, upto, int(cells), *rest)
        for above, upto, cells, *rest in rows("agreement.csv")
    )
