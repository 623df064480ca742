"""A table of runs: equal settings that follow each other are one run."""

import hashlib

import pytest
import torch

from ml2020.data import files
from ml2020.data.runs import runs

TABLE = """rule,lr,seed,loss,share
a,0.1,0,1.5,0
a,0.1,1,nan,1
b,0.1,0,2,0.25
a,0.1,2,3,1
"""
KEYS = {"rule": str, "lr": float}


def test_a_run_is_its_settings_and_a_number_for_each_network(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "files", lambda _: tmp_path)
    (tmp_path / "trained").mkdir()
    (tmp_path / "trained" / "table.csv").write_text(TABLE, encoding="utf-8")
    first, second, third = runs(
        "table.csv", hashlib.sha256(TABLE.encode()).hexdigest(), KEYS
    )
    assert first[:2] == ("a", 0.1)
    assert first[2].tolist() == pytest.approx([1.5, float("nan")], nan_ok=True)
    assert first[3].tolist() == [0, 1]
    assert second[:2] == ("b", 0.1)
    assert [column.tolist() for column in second[2:]] == [[2], [0.25]]
    assert third[:2] == ("a", 0.1)
    assert all(column.dtype == torch.float32 for column in (*first[2:], *third[2:]))
    with pytest.raises(ValueError, match=r"^trained/table.csv is not the committed"):
        runs("table.csv", "0" * 64, KEYS)
