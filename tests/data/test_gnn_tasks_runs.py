"""All were tuned alike, the best setting has all five seeds, and no row is lost."""

from collections import defaultdict

import pytest

from ml2020.data import gnn_tasks_runs as module
from ml2020.data.gnn_tasks_runs import TaskRun, task_runs
from ml2020.gnn import METHODS
from ml2020.gnn.links import LINEAR
from tests.trained_rows import every_row_is_one_network

TASKS = ("nouns", "links", "molecules")
EPOCHS = {"nouns": 60, "links": 60, "molecules": 400}
DECAYS = {"nouns": (5e-4, 0.0, 5e-3), "links": (0.0, 5e-4), "molecules": (0.0,)}
HOUSED = "GCN"  # in both housings, with each decay that does not break it
CHOOSING = 2  # seeds by which a setting is chosen


def by_method(task):
    found = defaultdict(list)
    for run in task_runs(task):
        found[run.method, run.housing].append(run)
    return found


def liked(run):
    return run.validation[:CHOOSING].mean().item()


def whole(runs):
    return [run for run in runs if len(run.test) == 5]


@pytest.mark.parametrize("task", TASKS)
def test_every_row_of_a_file_is_one_network_of_one_run(task):
    every_row_is_one_network(
        lambda: task_runs(task),
        TaskRun,
        f"gnn_tasks_{task}.csv",
        seeds=lambda run: range(len(run.epoch)),
        nan_ok=False,
    )
    assert {len(run.epoch) for run in task_runs(task)} == {CHOOSING, 5}


def test_the_layers_ran_on_nouns_and_the_two_best_and_their_rivals_elsewhere():
    on_nouns = by_method("nouns")
    entered = set(METHODS)
    others = {(HOUSED, "embedded"), ("MLP", "summed")}
    assert set(on_nouns) == {(m, "short") for m in entered} | others
    best = {
        m: max(whole(on_nouns[m, "short"]), key=liked).validation.sum() for m in entered
    }
    layers = sorted(entered - {"MLP"}, key=lambda m: -best[m])
    rivals = {"links": {"MLP", LINEAR, "GCN"}, "molecules": {"MLP", "GIN"}}
    for task, others in rivals.items():
        assert {m for m, _ in by_method(task)} == {*layers[:2], *others}


@pytest.mark.parametrize("task", TASKS)
def test_each_has_several_rates_and_all_decays_and_its_best_is_inside(task):
    for (method, housing), runs in by_method(task).items():
        best = max(runs, key=liked)
        by_rate = {run.lr: liked(run) for run in runs if run.decay == DECAYS[task][0]}
        assert len(by_rate) >= 3
        assert min(by_rate) < best.lr < max(by_rate)
        assert by_rate[best.lr] == max(by_rate.values())
        tried = {run.decay for run in runs if run.lr == best.lr}
        assert tried == set(DECAYS[task])
        full = whole(runs)
        assert max(liked(run) for run in full) == liked(best)
        if (task, method) == ("nouns", HOUSED):
            few = set() if housing == "short" else {5e-3}
            assert {run.decay for run in full} == tried - few
        else:
            assert len(full) == 1


@pytest.mark.parametrize("task", TASKS)
def test_all_ran_for_as_long_and_what_is_measured_is_in_range(task):
    low, high = (-9, 0) if task == "molecules" else (0, 1)
    for run in task_runs(task):
        assert run.epochs == EPOCHS[task]
        for values in (run.validation, run.test):
            assert low <= values.min() <= values.max() <= high
        assert 1 <= run.epoch.min() <= run.epoch.max() <= run.epochs


def test_another_task_and_another_file_are_refused(monkeypatch):
    with pytest.raises(ValueError, match=r"^task is 'weather': give one of nouns, "):
        task_runs("weather")
    monkeypatch.setitem(module.SHA256, "nouns", "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/gnn_tasks_nouns.csv is not the "):
        module.all_task_runs.__wrapped__()
