"""What was kept of ELMo is whole: each row a measurement, weights of the sizes told."""

import pytest
import torch

from ml2020.data import pretraining_elmo_runs as module
from ml2020.data.pretraining_elmo_runs import ElmoRun, elmo_runs, elmo_weights
from tests.trained_rows import every_row_is_one_network


def test_every_row_is_one_measurement():
    every_row_is_one_network(elmo_runs, ElmoRun, "pretraining_elmo.csv", nan_ok=False)


def test_the_best_rate_lies_inside_its_grid():
    runs = [run for run in elmo_runs() if run.updates == 1000]
    short = {run.lr: (run.on + run.back).item() for run in runs}
    best = min(short, key=lambda lr: short[lr])
    assert min(short) < best < max(short)
    long = [run for run in elmo_runs() if run.updates == 6000]
    assert {run.lr for run in long} == {best}
    assert [run.step for run in long] == list(range(0, 6001, 1000))


def test_weights_are_finite_and_of_their_sizes():
    found = elmo_weights()
    assert found["tokens.weight"].shape == (5970, 64)
    assert found["back.1.W"].shape == (256, 64)
    assert all(part.isfinite().all() for part in found.values())
    assert {part.dtype for part in found.values()} == {torch.float32}


def test_other_files_are_refused(monkeypatch):
    for key, load in (("csv", elmo_runs), ("npz", elmo_weights)):
        monkeypatch.setitem(module.SHA256, key, "0" * 64)
        with pytest.raises(ValueError, match=rf"^trained/pretraining_elmo\.{key} is"):
            load.__wrapped__()
