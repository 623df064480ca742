"""What was kept of BERT is whole: each row a measurement, weights of the sizes told."""

import pytest
import torch

from ml2020.data import pretraining_bert_runs as module
from ml2020.data.pretraining_bert_runs import BertRun, bert_runs, bert_weights
from tests.trained_rows import every_row_is_one_network


def test_every_row_is_one_measurement():
    every_row_is_one_network(bert_runs, BertRun, "pretraining_bert.csv", nan_ok=False)


def test_the_best_rate_lies_inside_its_grid():
    short = {run.lr: run.words.item() for run in bert_runs() if run.updates == 500}
    best = min(short, key=lambda lr: short[lr])
    assert min(short) < best < max(short)
    long = [run for run in bert_runs() if run.updates == 12_000]
    assert {run.lr for run in long} == {best}
    assert [run.step for run in long] == list(range(0, 12_001, 1000))


def test_weights_are_finite_and_of_their_sizes():
    found = bert_weights()
    assert found["tokens.weight"].shape == (5973, 96)
    assert found["places.e"].shape == (64, 96)
    assert all(part.isfinite().all() for part in found.values())
    assert {part.dtype for part in found.values()} == {torch.float32}


def test_other_files_are_refused(monkeypatch):
    for key, load in (("csv", bert_runs), ("npz", bert_weights)):
        monkeypatch.setitem(module.SHA256, key, "0" * 64)
        with pytest.raises(ValueError, match=rf"^trained/pretraining_bert\.{key} is"):
            load.__wrapped__()
