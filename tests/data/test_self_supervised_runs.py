"""What was trained beforehand is whole: each draw of a run, the committed file."""

import pytest
import torch

from ml2020.data import self_supervised_runs as module
from ml2020.data.self_supervised_runs import ProbeRun, probe_runs
from ml2020.self_supervised import (
    canvas_task,
    pretrained,
    probed,
    reader,
    share_right,
    taught,
)
from ml2020.self_supervised.learning import QUESTIONS
from tests.trained_rows import every_row_is_one_network

TAUGHT = {"from scratch", "from scratch, in views", "tuned", "tuned, in views"}
FIXED = {"pixels", "random", "SimCLR, z"}
RATES = {0.0003, 0.001, 0.003, 0.009, 0.027}
SEEDS = {"rate": range(100, 101), "table": range(5)}


def of(what):
    return [run for run in probe_runs() if run.what == what]


def test_every_row_of_the_file_is_one_draw_of_one_run():
    every_row_is_one_network(
        probe_runs,
        ProbeRun,
        "self_supervised_runs.csv",
        seeds=lambda run: SEEDS.get(run.what, range(3)),
        nan_ok=False,
    )


def test_every_way_was_read_at_each_number_of_labels():
    met = {(run.name, run.labels, bool(run.views)) for run in of("table")}
    expected = set()
    for name in (*QUESTIONS, *TAUGHT, *FIXED):
        views = {False, True}
        if name == "SimCLR, z":
            views = {False}
        if name in TAUGHT:
            views = {name.endswith("in views")}
        expected |= {(name, n, seen) for n in (10, 100, 1000) for seen in views}
    assert met == expected


def test_all_have_the_same_rates_to_choose_from_and_the_best_on_the_other_draw():
    names = {run.name for run in of("rate")}
    assert names == {*QUESTIONS, *TAUGHT} | {run.name for run in of("part")}
    for name in names:
        tried = [run for run in of("rate") if run.name == name]
        assert {run.lr for run in tried} == RATES
        best = max(tried, key=lambda run: run.choose.item()).lr
        for run in probe_runs():
            if run.name == name and run.what != "rate":
                assert run.lr == best


def test_what_takes_longer_has_ten_times_the_updates():
    steps = {run.steps for run in (*of("table"), *of("part")) if run.lr}
    assert steps == {1500}
    assert {run.steps for run in (*of("long"), *of("turns"))} == {15000}


def test_fixed_features_can_be_read_again():
    task = canvas_task(0)
    for name, features in (("pixels", torch.nn.Flatten()),):
        run = next(
            r for r in of("table") if (r.name, r.labels, r.views) == (name, 100, 0)
        )
        found = probed(features, task, 100)
        assert found.judge == pytest.approx(run.judge[0].item(), abs=0.01)
        assert found.pull == pytest.approx(run.pull[0].item())
    assert reader()[1].in_features == 196


def test_a_run_can_be_made_again():
    task, run = canvas_task(0), next(r for r in of("table") if r.name == "from scratch")
    x, y = task.pool[: run.labels], task.pool_y[: run.labels]
    model = taught(x, y, run.lr, run.steps, 0)
    found = share_right(model(task.judge), task.judge_y)
    # Processors round differently, and 1,500 updates pass that on.
    assert found == pytest.approx(run.judge[0].item(), abs=0.05)
    short = pretrained("SimCLR", task.pool, 0.003, 2, 0)
    assert probed(short.reader, task, 10).judge < 0.5


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/self_supervised_runs.csv is not"):
        probe_runs.__wrapped__()
