"""The table of trees is whole: a row a network, the controls at each price."""

import pytest

from ml2020.data import explainable_trees as module
from ml2020.data.explainable_trees import TreeRun, tree_runs
from tests.trained_rows import every_row_is_one_network


def test_every_row_of_the_file_is_one_network_of_one_run():
    every_row_is_one_network(tree_runs, TreeRun, "explainable_trees.csv", nan_ok=False)


def test_the_controls_are_there_at_each_strength_of_the_price():
    found = {}
    for run in tree_runs():
        found.setdefault(run.kind, []).append(run.strength)
    assert set(found) == {"none", "tree", "shuffled", "constant", "squares", "leaf"}
    assert found["shuffled"] == found["tree"]
    assert found["constant"] == [0.03, 0.1]
    assert found["leaf"] == [20, 50, 75, 100]


def test_other_files_are_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(
        ValueError, match=r"^trained/explainable_trees\.csv is not the c"
    ):
        tree_runs.__wrapped__()
