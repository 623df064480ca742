"""Runs that are made once and kept, over several calls of a script."""

import json
import sys

import numpy as np
import pytest
import torch

from tools import trained_runs
from tools.trained_runs import (
    OutOfTimeError,
    Runs,
    join_weights,
    keep_weights,
    worked,
)


class Training:
    """A record that counts as it is told."""

    def __init__(self, code=None, seconds=0.0):
        self.record = {"code": code or {"ml2020/a.py": "1", "tools/train_a.py": "2"}}
        self.earlier, self.spent = 0.0, seconds

    @property
    def seconds(self):
        return self.earlier + self.spent


def never():
    raise AssertionError("made twice")


def test_a_run_is_made_once_also_by_the_next_call(tmp_path):
    kept = tmp_path / "new" / "runs.json"
    runs = Runs(Training(seconds=3.0), kept, 10)
    assert runs.of("a 1", lambda: [0.5]) == [0.5]
    assert runs.of("a 1", never) == [0.5]
    later = Training({"ml2020/a.py": "1", "ml2020/b.py": "9", "tools/train_a.py": "3"})
    assert Runs(later, kept, 10).of("a 1", never) == [0.5]
    assert later.seconds == 3.0


def test_other_code_makes_all_anew(tmp_path):
    kept = tmp_path / "runs.json"
    Runs(Training(), kept, 10).of("a", lambda: [1])
    changed = Training({"ml2020/a.py": "other"})
    assert Runs(changed, kept, 10).of("a", lambda: [2]) == [2]
    assert json.loads(kept.read_text())["rows"] == {"a": [2]}


def test_it_stops_when_the_time_of_a_call_is_spent(tmp_path):
    training = Training(seconds=5.0)
    runs = Runs(training, tmp_path / "runs.json", 5)
    runs.of("a", lambda: [1])
    training.spent = 5.1
    assert runs.of("a", never) == [1]
    with pytest.raises(OutOfTimeError):
        runs.of("b", never)
    assert Runs(Training(), tmp_path / "runs.json", 1).until == 6.0


def test_a_script_gets_its_table_or_is_told_to_come_again(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(trained_runs, "Training", lambda script, seeds: Training())
    monkeypatch.setattr(sys, "argv", ["train", "--for", "7"])
    kept = tmp_path / "runs.json"
    training, table = worked(
        "x", kept, lambda runs: runs.of("a", lambda: [4]), seeds=[0]
    )
    assert table == [4]
    assert training.record["code"]

    def too_long(runs):
        assert runs.until == 7.0
        raise OutOfTimeError

    assert worked("x", kept, too_long, seeds=[0]) is None
    assert "call it again" in capsys.readouterr().out


def test_weights_are_kept_in_16_bits_and_found_by_the_name_of_their_network(tmp_path):
    made = {"b": torch.nn.Linear(2, 1), "a": torch.nn.Linear(1, 1, bias=False)}
    files = {name: tmp_path / "new" / f"{name}.npz" for name in made}
    for name, model in made.items():
        keep_weights(files[name], model)
    join_weights(tmp_path / "all.npz", files)
    with np.load(tmp_path / "all.npz", allow_pickle=False) as found:
        written = {name: found[name] for name in found.files}
    assert list(written) == ["b.weight", "b.bias", "a.weight"]
    assert all(array.dtype == "float16" for array in written.values())
    right = made["b"].weight.detach().half().numpy()
    assert (written["b.weight"] == right).all()
