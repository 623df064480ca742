"""The methods of a task were tuned alike, and three of them ran for longer."""

import pytest

from ml2020.data.gnn_tasks_runs import task_runs
from ml2020.gnn import METHODS

SHORT = {"nouns": 40, "links": 20, "molecules": 40}  # epochs
LONG = {"nouns": 200, "links": 100, "molecules": 400}
DEAR = "SAGE LSTM"  # left out
CHOOSING = 2  # seeds by which a rate is chosen


def short_and_long(task):
    runs = task_runs(task)
    long = [run for run in runs if run.epochs > SHORT[task]]
    return [run for run in runs if run not in long], long


def chosen():
    """The perceptron and the two layers that validation likes best on nouns."""
    whole = [run for run in short_and_long("nouns")[0] if len(run.test) == 5]
    layers = {run.method: run.validation.mean() for run in whole}
    del layers["MLP"]
    return ["MLP", *sorted(layers, key=layers.get, reverse=True)[:2]]


def test_the_methods_are_compared_on_nouns_and_three_on_the_other_tasks():
    for task in SHORT:
        methods = {run.method for run in task_runs(task)}
        assert methods == set(chosen() if task != "nouns" else METHODS) - {DEAR}


@pytest.mark.parametrize("task", SHORT)
def test_each_method_has_several_rates_and_its_best_is_inside(task):
    runs = short_and_long(task)[0]
    for method in {run.method for run in runs}:
        mine = [run for run in runs if run.method == method]
        by_rate = {r.lr: r.validation[:CHOOSING].mean().item() for r in mine}
        (best,) = [run.lr for run in mine if len(run.test) == 5]
        assert len(by_rate) >= 5
        assert by_rate[best] == pytest.approx(max(by_rate.values()), abs=1e-4)
        assert min(by_rate) < best < max(by_rate)
        assert all(len(run.test) in (CHOOSING, 5) for run in mine)


@pytest.mark.parametrize("task", SHORT)
def test_three_methods_ran_for_longer_at_their_best_rate(task):
    short, long = short_and_long(task)
    assert [run.method for run in long] == chosen()
    for run in long:
        (first,) = [r for r in short if r.method == run.method and len(r.test) == 5]
        assert (run.lr, run.epochs) == (first.lr, LONG[task])
        # The long run begins as the short one, and may stop where that stopped.
        assert len(run.test) == (5 if task == "molecules" else 3)
        assert (run.validation >= first.validation[: len(run.test)] - 1e-6).all()


def test_what_is_measured_is_in_range():
    for task, low, high in (("nouns", 0, 1), ("links", 0, 1), ("molecules", -9, 0)):
        for run in task_runs(task):
            for values in (run.validation, run.test):
                assert low <= values.min() <= values.max() <= high
            assert 1 <= run.epoch.min() <= run.epoch.max() <= run.epochs


def test_another_task_is_refused():
    with pytest.raises(ValueError, match=r"^task is 'weather': give one of nouns, "):
        task_runs("weather")
