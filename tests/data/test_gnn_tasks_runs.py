"""The methods of a task were tuned alike, and the best setting has all five seeds."""

from collections import defaultdict

import pytest

from ml2020.data.gnn_tasks_runs import task_runs

EPOCHS = {"nouns": 60, "molecules": 400}
DECAYS, FIRST = {0.0, 5e-4, 5e-3}, 5e-4
ENTRANTS = {
    "nouns": {"MLP", "NN4G", "MoNet", "GCN"},
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


def test_on_nouns_each_has_several_rates_and_all_decays_and_its_best_is_inside():
    for (method, housing), runs in by_method("nouns").items():
        best = max(runs, key=liked)
        by_rate = {run.lr: liked(run) for run in runs if run.decay == FIRST}
        assert len(by_rate) >= 3
        assert min(by_rate) < best.lr < max(by_rate)
        assert by_rate[best.lr] == max(by_rate.values())
        assert {run.decay for run in runs if run.lr == best.lr} == DECAYS
        whole = [run for run in runs if len(run.test) == 5]
        assert max(liked(run) for run in whole) == liked(best)
        if method == "GCN":
            few = set() if housing == "short" else {5e-3}
            assert {run.decay for run in whole} == DECAYS - few


def test_all_ran_for_as_long_and_on_molecules_at_two_rates():
    for task, epochs in EPOCHS.items():
        assert {run.epochs for run in task_runs(task)} == {epochs}
    for runs in by_method("molecules").values():
        assert [len(run.test) for run in runs] == [5, 5]
        assert {run.decay for run in runs} == {0}


def test_what_is_measured_is_in_range():
    for task, low, high in (("nouns", 0, 1), ("molecules", -9, 0)):
        for run in task_runs(task):
            for values in (run.validation, run.test):
                assert low <= values.min() <= values.max() <= high
            assert 1 <= run.epoch.min() <= run.epoch.max() <= run.epochs


def test_another_task_is_refused():
    with pytest.raises(ValueError, match=r"^task is 'weather': give one of nouns, "):
        task_runs("weather")
