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
    seeds = {"choose": range(5), "judge": range(100, 120)}
    for run in recall_runs():
        mine = [next(left) for _ in seeds[run.stage]]
        assert [int(row["seed"]) for row in mine] == list(seeds[run.stage])
        for row, solved, share in zip(mine, run.solved, run.share, strict=True):
            assert (row["stage"], row["name"]) == (run.stage, run.name)
            assert (float(row["lr"]), int(row["steps"])) == (run.lr, run.steps)
            assert float(row["solved"]) == solved
            assert float(row["share"]) == pytest.approx(share.item())
    assert not list(left)


def test_the_rate_of_each_kind_is_its_best_of_five_and_lies_inside_its_grid():
    names = {run.name for run in recall_runs()}
    for name in names:
        mine = {r.lr: r for r in recall_runs() if (r.stage, r.name) == ("choose", name)}
        assert len(mine) >= 10
        (judged,) = (r for r in recall_runs() if (r.stage, r.name) == ("judge", name))
        counts = {lr: int((run.solved > 0).sum()) for lr, run in mine.items()}
        assert counts[judged.lr] == max(counts.values())
        assert min(mine) < judged.lr < max(mine)


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "RECALL_SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/rnn_recall.csv is not the com"):
        recall_runs.__wrapped__()
