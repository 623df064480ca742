"""What was trained beforehand is whole: each network of a run, the committed file."""

import pytest

from ml2020.data import optimization_runs as module
from ml2020.data.optimization_runs import race_runs, scheduled_runs
from tests.trained_rows import every_row_is_one_network


def seeds(run):
    fresh = getattr(run, "what", "").startswith("fresh ")
    return range(100, 120) if fresh else range(10)


@pytest.mark.parametrize(
    ("load", "kind", "name"),
    [
        (scheduled_runs, module.ScheduledRun, "optimization_momentum_runs.csv"),
        (race_runs, module.RaceRun, "optimization_race_runs.csv"),
    ],
)
def test_every_row_of_the_file_is_one_network_of_one_run(load, kind, name):
    every_row_is_one_network(load, kind, name, seeds=seeds)


@pytest.mark.parametrize("load", [scheduled_runs, race_runs])
def test_another_file_is_refused(load, monkeypatch):
    monkeypatch.setattr(module, "SCHEDULED_SHA256", "0" * 64)
    monkeypatch.setattr(module, "RACE_SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/optimization_.* is not the commit"):
        load.__wrapped__()
