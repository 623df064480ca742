"""The methods of a task were tuned alike, and the best setting has all five seeds."""

from collections import defaultdict

import pytest

from ml2020.data.gnn_tasks_runs import task_runs

EPOCHS = {"nouns": 60, "links": 60, "molecules": 400}
DECAYS = {"nouns": {0.0, 5e-4, 5e-3}, "links": {0.0}, "molecules": {0.0}}
ENTRANTS = {
    "nouns": {"MLP", "NN4G", "MoNet", "GCN"},
    "links": {"linear", "GCN"},
    "molecules": {"MLP", "DGC"},
}
HOUSED = {"GCN"}  # in both housings
CHOOSING = 2  # seeds by which a setting is chosen


def by_method(task):
    found = defaultdict(list)
    for run in task_runs(task):
        found[run.method, run.housing].append(run)
    return found


def liked(run):
    return run.validation[:CHOOSING].mean().item()


def test_the_methods_of_each_task_are_there_and_one_in_both_housings():
    for task, methods in ENTRANTS.items():
        names = set(by_method(task))
        assert {m for m, h in names if h == "short"} == methods
        assert {m for m, h in names if h == "embedded"} == (
            HOUSED if task == "nouns" else set()
        )


@pytest.mark.parametrize("task", EPOCHS)
def test_each_method_has_several_rates_and_all_decays_and_its_best_is_inside(task):
    for (method, housing), runs in by_method(task).items():
        best = max(runs, key=liked)
        (first,) = DECAYS[task] if len(DECAYS[task]) == 1 else (5e-4,)
        by_rate = {run.lr: liked(run) for run in runs if run.decay == first}
        assert len(by_rate) >= 3
        assert min(by_rate) < best.lr < max(by_rate)
        assert by_rate[best.lr] == max(by_rate.values())
        assert {run.decay for run in runs if run.lr == best.lr} == DECAYS[task]
        assert {run.epochs for run in runs} == {EPOCHS[task]}
        whole = [run for run in runs if len(run.test) == 5]
        if housing == "short":
            assert best in whole
        if method == "GCN" and task == "nouns":
            assert {run.decay for run in whole} == DECAYS[task]


def test_what_is_measured_is_in_range():
    for task, low, high in (("nouns", 0, 1), ("links", 0, 1), ("molecules", -9, 0)):
        for run in task_runs(task):
            for values in (run.validation, run.test):
                assert low <= values.min() <= values.max() <= high
            assert 1 <= run.epoch.min() <= run.epoch.max() <= run.epochs


def test_another_task_is_refused():
    with pytest.raises(ValueError, match=r"^task is 'weather': give one of nouns, "):
        task_runs("weather")
