"""The methods of a task were tuned alike, and two of them ran for longer."""

import pytest

from ml2020.data.gnn_tasks_runs import task_runs

METHODS = {
    "nouns": {"MLP", "NN4G", "MoNet", "SAGE mean"},
    "links": {"MLP", "DGC", "NN4G"},
    "molecules": {"MLP", "DGC", "NN4G"},
}
CHOOSING = {"nouns": 2, "links": 3, "molecules": 3}  # seeds by which a rate is chosen


@pytest.mark.parametrize("task", METHODS)
def test_each_method_has_several_rates_and_its_best_is_inside(task):
    runs = task_runs(task)
    short = min(run.epochs for run in runs)
    assert {run.method for run in runs} == METHODS[task]
    for method in METHODS[task]:
        mine = [r for r in runs if (r.method, r.epochs) == (method, short)]
        first = CHOOSING[task]
        by_rate = {run.lr: run.validation[:first].mean().item() for run in mine}
        assert len(by_rate) >= (3 if task == "nouns" else 5)
        best = max(mine, key=lambda run: len(run.test)).lr
        assert by_rate[best] == pytest.approx(max(by_rate.values()), abs=1e-4)
        assert min(by_rate) < best < max(by_rate)
        assert all(len(run.test) == (5 if run.lr == best else first) for run in mine)


@pytest.mark.parametrize(("task", "epochs"), [("links", 100), ("molecules", 400)])
def test_two_methods_ran_for_longer_at_their_best_rate_and_three_times_that(
    task, epochs
):
    runs = task_runs(task)
    long = [run for run in runs if run.epochs == epochs]
    assert [run.method for run in long] == ["MLP", "MLP", "DGC", "DGC"]
    for slow, fast in (long[:2], long[2:]):
        assert fast.lr == pytest.approx(3 * slow.lr)
        short = [r for r in runs if (r.method, r.lr) == (slow.method, slow.lr)]
        assert [len(run.test) for run in short] == [5, 5]


def test_what_is_measured_is_in_range():
    for task, low, high in (("nouns", 0, 1), ("links", 0, 1), ("molecules", -9, 0)):
        for run in task_runs(task):
            for values in (run.validation, run.test):
                assert low <= values.min() <= values.max() <= high
            assert 1 <= run.epoch.min() <= run.epoch.max() <= run.epochs


def test_another_task_is_refused():
    with pytest.raises(ValueError, match=r"^task is 'weather': give one of nouns, "):
        task_runs("weather")
