"""What was trained beforehand is whole: each network of a run, the committed file."""

import pytest

from ml2020.data import deep_learning_runs as module
from ml2020.data.deep_learning_runs import SineRun, StudyRun, sine_runs, study_runs
from tests.trained_rows import every_row_is_one_network

FILES = [
    (study_runs, StudyRun, "deep_learning_study.csv"),
    (sine_runs, SineRun, "deep_learning_sine.csv"),
]


@pytest.mark.parametrize(("load", "kind", "name"), FILES)
def test_every_row_of_the_file_is_one_network_of_one_run(load, kind, name):
    every_row_is_one_network(load, kind, name)


def test_each_run_has_as_many_networks_as_it_says():
    assert all(len(run.test) == 10 for run in study_runs())
    for run in sine_runs():
        many = {"built": 1, "drawn": 40, "spread": 40}[run.start]
        if run.width == 16:
            assert len(run.worst) == (many if run.steps == 1000 else 20)
        else:
            assert len(run.worst) == 10


def test_sixteen_are_run_at_every_rate_from_the_same_seeds():
    for start in ("drawn", "spread", "built"):
        mine = [r for r in sine_runs() if (r.start, r.width) == (start, 16)]
        rates = sorted(run.lr for run in mine if run.steps == 1000)
        assert rates == pytest.approx([0.003 * 3**k for k in range(5)])


def test_wider_ones_are_compared_afresh_at_the_best_of_their_rates():
    for width in (32, 64, 256):
        mine = [run for run in sine_runs() if run.width == width]
        (fresh,) = [run for run in mine if run.what == "fresh"]
        rates = {r.lr: r.worst.mean().item() for r in mine if r.what == "rate"}
        assert len(rates) >= 4
        assert min(rates, key=lambda lr: rates[lr]) == fresh.lr
        assert min(rates) < fresh.lr < max(rates)


def test_other_splits_are_run_at_the_rate_that_validation_chose():
    first = [run for run in study_runs() if run.split == "2020" and run.epochs == 10]
    for size in ((32, 1), (32, 4), (128, 1), (128, 2)):
        mine = [run for run in first if (run.width, run.depth) == size]
        best = max(mine, key=lambda run: run.validation.mean().item())
        others = [run for run in study_runs() if (run.width, run.depth) == size]
        for split in ("1", "2", "3", "4", "5"):
            (run,) = [run for run in others if run.split == split]
            assert run.lr == best.lr
    (file,) = [run for run in study_runs() if run.split == "file"]
    assert (file.width, file.depth) == (32, 1)


@pytest.mark.parametrize(("load", "kind", "name"), FILES)
def test_another_file_is_refused(load, kind, name, monkeypatch):
    monkeypatch.setattr(module, "STUDY_SHA256", "0" * 64)
    monkeypatch.setattr(module, "SINE_SHA256", "0" * 64)
    with pytest.raises(ValueError, match=rf"^trained/{name} is not the committed"):
        load.__wrapped__()
