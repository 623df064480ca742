"""What the table of a training holds, row by row, against what its loader returns."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from ml2020.data import files

FOLDER = Path(files.__file__).parent / "trained"


def every_row_is_one_network(
    load: Callable[[], Iterable[Any]],
    kind: Any,
    name: str,
    *,
    seeds: Callable[[Any], range] | None = None,
    nan_ok: bool = True,
) -> None:
    """Assert that the runs are the rows of a file in its order, a network a row.

    The seeds of a run follow each other; what is said of a whole run is the same in all
    of its rows.

    Args:
        load: Returns the runs.
        kind: Their class, whose fields are the columns but for that of the seed.
        name: That of the file.
        seeds: Those of a run; without it they only have to follow each other.
        nan_ok: Whether a measurement may be NaN, in both.
    """
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert [column for column in table[0] if column != "seed"] == list(kind._fields)
    left = iter(table)
    for run in load():
        mine = [next(left) for _ in run[-1]]
        met = [int(row["seed"]) for row in mine]
        wanted = seeds(run) if seeds else range(met[0], met[0] + len(mine))
        assert met == list(wanted)
        for field, value in run._asdict().items():
            told = [row[field] for row in mine]
            if isinstance(value, str | int | float):
                assert told == [told[0]] * len(mine)
                assert type(value)(told[0]) == value
            else:
                expected = [float(t) for t in told]
                close = pytest.approx(expected, rel=1e-6, nan_ok=nan_ok)
                assert value.tolist() == close
    assert not list(left)
