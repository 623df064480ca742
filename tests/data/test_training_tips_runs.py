"""What was trained beforehand is whole: each network of a run, the committed file."""

import pytest

from ml2020.data import training_tips_runs as module
from ml2020.data.training_tips_runs import (
    DepthRun,
    TableRun,
    depth_runs,
    table_runs,
)
from tests.trained_rows import every_row_is_one_network

FILES = [
    (depth_runs, DepthRun, "training_tips_depth.csv"),
    (table_runs, TableRun, "training_tips_table.csv"),
]


@pytest.mark.parametrize(("load", "kind", "name"), FILES)
def test_every_row_of_the_file_is_one_network_of_one_run(load, kind, name):
    every_row_is_one_network(load, kind, name)


def test_fresh_networks_are_at_the_best_rate_which_lies_inside():
    chosen = [run for run in depth_runs() if run.what in ("rate", "fresh")]
    kinds = {(*run[1:6], run.epochs) for run in chosen}
    assert len(kinds) == 21
    for kind in kinds:
        mine = [run for run in chosen if (*run[1:6], run.epochs) == kind]
        (fresh,) = [run for run in mine if run.what == "fresh"]
        rates = {r.lr: r.loss.mean().item() for r in mine if r.what == "rate"}
        assert min(rates, key=lambda lr: rates[lr]) == fresh.lr
        assert len(rates) >= 3
        assert len(fresh.training) == 5


def test_fresh_networks_have_the_strength_and_the_rate_that_validation_chose():
    kinds = {run.tip for run in table_runs()} - {"stopping", "accuracy", "first"}
    assert kinds == {"nothing", "batch", "L2", "L1", "dropout"}
    for kind in kinds:
        mine = [run for run in table_runs() if run.tip == kind]
        (fresh,) = [run for run in mine if run.what == "fresh"]
        tried = {
            (run.strength, run.lr): run.validation.mean().item()
            for run in mine
            if run.what == "rate"
        }
        assert tried[fresh.strength, fresh.lr] == max(tried.values())
        assert len(fresh.test) == 20
        strengths = {strength for strength, _ in tried}
        assert len(strengths) >= (3 if max(strengths) else 1)


@pytest.mark.parametrize(("load", "kind", "name"), FILES)
def test_another_file_is_refused(load, kind, name, monkeypatch):
    monkeypatch.setattr(module, "DEPTH_SHA256", "0" * 64)
    monkeypatch.setattr(module, "TABLE_SHA256", "0" * 64)
    with pytest.raises(ValueError, match=rf"^trained/{name} is not the committed"):
        load.__wrapped__()
