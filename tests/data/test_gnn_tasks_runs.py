"""Every method was tuned alike on nouns, the best and the perceptron on the others."""

import pytest

from ml2020.data.gnn_tasks_runs import task_runs
from ml2020.gnn import METHODS


@pytest.mark.parametrize("task", ["nouns", "links", "molecules"])
def test_each_method_has_five_rates_or_more_and_its_best_is_inside(task):
    runs = task_runs(task)
    short = min(run.epochs for run in runs)
    methods = {run.method for run in runs}
    assert methods == set(METHODS) if task == "nouns" else len(methods) == 3
    assert "MLP" in methods
    for method in methods:
        mine = [r for r in runs if (r.method, r.epochs) == (method, short)]
        first = 5 if task == "nouns" else 3  # seeds by which the rate is chosen
        by_rate = {run.lr: run.validation[:first].mean().item() for run in mine}
        assert len(by_rate) >= 5
        best = max(by_rate, key=lambda lr: by_rate[lr])
        assert min(by_rate) < best < max(by_rate)
        assert all(len(run.test) == (5 if run.lr == best else first) for run in mine)


def test_three_methods_ran_four_times_as_long_at_their_best_rate():
    runs = task_runs("nouns")
    long = [run for run in runs if run.epochs == 160]
    assert len(long) == 3
    for run in long:
        short = [r for r in runs if (r.method, r.epochs) == (run.method, 40)]
        best = max(short, key=lambda r: r.validation.mean().item())
        assert run.lr == best.lr


def test_what_is_measured_is_in_range():
    for task, low, high in (("nouns", 0, 1), ("links", 0, 1), ("molecules", -9, 0)):
        for run in task_runs(task):
            for values in (run.validation, run.test):
                assert low <= values.min() <= values.max() <= high
            assert 1 <= run.epoch.min() <= run.epoch.max() <= run.epochs


def test_another_task_is_refused():
    with pytest.raises(ValueError, match=r"^task is 'weather': give one of nouns, "):
        task_runs("weather")
