"""What was trained beforehand is whole: each network of a run, the committed file."""

import pytest

from ml2020.data import rnn_runs as module
from ml2020.data.rnn_runs import RecallRun, recall_runs
from tests.trained_rows import every_row_is_one_network


def test_every_row_of_the_file_is_one_network_of_one_run():
    seeds = {"choose": range(5), "judge": range(100, 120)}
    every_row_is_one_network(
        recall_runs,
        RecallRun,
        "rnn_recall.csv",
        seeds=lambda run: seeds[run.stage],
        nan_ok=False,
    )


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
