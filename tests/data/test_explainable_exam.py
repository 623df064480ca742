"""The table of the examination is whole: a row a network, the same ways for both."""

import pytest

from ml2020.data import explainable_exam as module
from ml2020.data.explainable_exam import ExamRun, exam_runs
from tests.trained_rows import every_row_is_one_network


def test_every_row_of_the_file_is_one_network_of_one_run():
    every_row_is_one_network(exam_runs, ExamRun, "explainable_exam.csv", nan_ok=False)


def test_both_kinds_of_networks_sat_the_same_examination():
    ways = {
        kind: {run.way for run in exam_runs() if run.kind == kind}
        for kind in ("fair", "undecided")
    }
    assert ways["fair"] == ways["undecided"]
    assert {"Shapley", "LIME", "ink alone", "saliency, forgot"} <= ways["fair"]


def test_other_files_are_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    said = r"^trained/explainable_exam\.csv is not the c"
    with pytest.raises(ValueError, match=said):
        exam_runs.__wrapped__()
