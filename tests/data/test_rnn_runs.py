"""What was trained beforehand is whole: each network of a run, the committed file."""

import csv
from pathlib import Path

import pytest

from ml2020.data import rnn_runs as module
from ml2020.data.rnn_runs import RecallRun, recall_runs

FILE = Path(module.__file__).parent / "trained" / "rnn_recall.csv"


def test_every_row_of_the_file_is_one_network_of_one_run():
    with FILE.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert [c for c in table[0] if c != "seed"] == list(RecallRun._fields)
    left = iter(table)
    for run in recall_runs():
        mine = [next(left) for _ in range(5)]
        assert [int(row["seed"]) for row in mine] == list(range(5))
        for row, solved, share in zip(mine, run.solved, run.share, strict=True):
            assert (row["name"], float(row["lr"])) == (run.name, run.lr)
            assert int(row["steps"]) == run.steps
            assert float(row["solved"]) == solved
            assert float(row["share"]) == pytest.approx(share.item())
    assert not list(left)


def test_the_best_rate_of_each_kind_lies_inside_its_grid_unless_none_solves():
    for name in {run.name for run in recall_runs()}:
        mine = [r for r in recall_runs() if r.name == name]
        assert len(mine) >= 5
        solved = {run.lr: int((run.solved > 0).sum()) for run in mine}
        most = max(solved.values())
        best = [lr for lr, count in solved.items() if count == most]
        if most:
            assert min(solved) < max(best)
            assert max(solved) > min(best)


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "RECALL_SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/rnn_recall.csv is not the com"):
        recall_runs.__wrapped__()
