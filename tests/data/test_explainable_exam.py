"""The table of the examination is whole: a row a network, the controls among them."""

import pytest

from ml2020.data import explainable_exam as module
from ml2020.data.explainable_exam import ExamRun, exam_runs
from tests.trained_rows import every_row_is_one_network


def test_every_row_of_the_file_is_one_network_of_one_run():
    every_row_is_one_network(exam_runs, ExamRun, "explainable_exam.csv", nan_ok=False)


def test_all_ways_and_their_controls_sat_the_examination():
    ways = {run.way for run in exam_runs()}
    assert {"Shapley", "LIME", "ink alone", "saliency, forgot"} <= ways
    assert all(len(run.right) == 5 for run in exam_runs())


def test_other_files_are_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    said = r"^trained/explainable_exam\.csv is not the c"
    with pytest.raises(ValueError, match=said):
        exam_runs.__wrapped__()
