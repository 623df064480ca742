"""What was learned from few labels is whole: who took part, how often, and how."""

import pytest

from ml2020.data import pretraining_tasks as module
from ml2020.data.pretraining_tasks import TaskRun, task_runs
from tests.trained_rows import every_row_is_one_network

TUNED = {"BERT, all learns", "its words, all learns", "from scratch"}
FROZEN = {"BERT, frozen", "static vectors", "unread BERT, frozen", "words counted"}


def test_every_row_is_one_network():
    every_row_is_one_network(task_runs, TaskRun, "pretraining_tasks.csv")


def test_each_takes_part_with_each_number_of_labels_five_times():
    judged = [run for run in task_runs() if not run.name.endswith(", tried")]
    found = {(run.name, run.labels): len(run.judge) for run in judged}
    assert len(found) == len(judged)
    wanted = {(name, n): 5 for name in TUNED | FROZEN for n in (50, 200, 1000)}
    assert found == wanted | {("from scratch, longer", 200): 3}
    assert all(run.judge.isfinite().all() for run in judged)


def test_each_setting_is_the_best_of_those_tried_and_lies_inside():
    for name in TUNED | FROZEN:
        for n in (50, 200, 1000):
            mine = [run for run in task_runs() if run.labels == n]
            tried = {
                run.setting: run.choose.item()
                for run in mine
                if run.name == f"{name}, tried"
            }
            (used,) = (run.setting for run in mine if run.name == name)
            assert tried[used] == max(tried.values())
            assert min(tried) < used < max(tried)


def test_shares_are_shares():
    for run in task_runs():
        assert ((run.choose > 0) & (run.choose < 1)).all()


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/pretraining_tasks\.csv is"):
        task_runs.__wrapped__()
