"""What was trained beforehand is whole: each network of a run, the committed file."""

import csv
from pathlib import Path

import pytest

from ml2020.data import optimization_runs as module
from ml2020.data.optimization_runs import race_runs, scheduled_runs

FOLDER = Path(module.__file__).parent / "trained"


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("load", "name"),
    [
        (scheduled_runs, "optimization_momentum_runs.csv"),
        (race_runs, "optimization_race_runs.csv"),
    ],
)
def test_every_row_of_the_file_is_one_network_of_one_run(load, name):
    table, runs = iter(rows(name)), load()
    for run in runs:
        fresh = getattr(run, "what", "").startswith("fresh ")
        seeds = range(100, 120) if fresh else range(10)
        mine = [next(table) for _ in seeds]
        assert [int(row["seed"]) for row in mine] == list(seeds)
        for field, value in run._asdict().items():
            told = [row[field] for row in mine]
            if isinstance(value, str | int | float):
                assert told == [told[0]] * len(mine)
                assert type(value)(told[0]) == value
            else:
                assert value.tolist() == pytest.approx(
                    [float(t) for t in told], rel=1e-6, nan_ok=True
                )
    assert not list(table)


def test_the_columns_are_in_the_order_of_the_fields():
    for run, name in (
        (module.ScheduledRun, "optimization_momentum_runs.csv"),
        (module.RaceRun, "optimization_race_runs.csv"),
    ):
        assert [c for c in rows(name)[0] if c != "seed"] == list(run._fields)


@pytest.mark.parametrize("load", [scheduled_runs, race_runs])
def test_another_file_is_refused(load, monkeypatch):
    monkeypatch.setattr(module, "SCHEDULED_SHA256", "0" * 64)
    monkeypatch.setattr(module, "RACE_SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/optimization_.* is not the commit"):
        load.__wrapped__()
