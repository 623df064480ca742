"""What was trained beforehand is whole: each reader of a run, the committed files."""

import pytest
import torch

from ml2020.data import rnn_ctc_runs as module
from ml2020.data.rnn_ctc_runs import (
    LineRun,
    Silence,
    line_runs,
    line_silence,
    trained_readers,
)
from ml2020.rnn import TEACHERS, error_rate, part_lines, read_lines
from tests.trained_rows import every_row_is_one_network


@pytest.mark.parametrize(
    ("name", "kind", "load"),
    [
        ("rnn_ctc_runs.csv", LineRun, line_runs),
        ("rnn_ctc_silence.csv", Silence, line_silence),
    ],
)
def test_every_row_of_a_file_is_one_reader_of_one_run(name, kind, load):
    every_row_is_one_network(load, kind, name, seeds=lambda _: range(5), nan_ok=False)


UNTUNED = {"realigned at once": ("realigned", 1500), "CTC from true": ("CTC", 500)}


def best_of(name):
    """The run at a teacher's best rate, as it was in the end."""
    like, steps = UNTUNED.get(name, (name, 1500))
    runs = [r for r in line_runs() if (r.name, r.steps) == (like, 1500)]
    lr = min(runs, key=lambda run: run.choose.mean().item()).lr
    found = [r for r in line_runs() if (r.name, r.lr, r.steps) == (name, lr, steps)]
    assert len(found) == 1
    return found[0]


def test_the_best_rate_of_each_teacher_lies_inside_its_grid():
    for name in TEACHERS:
        rates = [r.lr for r in line_runs() if (r.name, r.steps) == (name, 1500)]
        if name in UNTUNED:
            assert rates == [best_of(name).lr]
        else:
            assert min(rates) < best_of(name).lr < max(rates)


def test_what_was_kept_of_the_readers_makes_the_errors_of_the_table():
    lines = part_lines("judge", 1200, generator=torch.Generator().manual_seed(20_001))
    for name, theta in trained_readers().items():
        best = best_of(name)
        for least, rates in ((best.least, best.judge), (1, best.plain)):
            found = read_lines(theta, lines, least)
            for said, rate in zip(found, rates.tolist(), strict=True):
                assert error_rate(said, lines.texts) == pytest.approx(rate, abs=2e-3)


def test_readers_of_each_teacher_are_five_and_finite():
    readers = trained_readers()
    assert set(readers) == {*TEACHERS, "CTC from true"}
    for theta in readers.values():
        assert theta.shape == (5, 3211)
        assert theta.dtype == torch.float32
        assert theta.isfinite().all()
        assert len({tuple(row) for row in theta.tolist()}) == 5


def test_other_files_are_refused(monkeypatch):
    for name, load in (
        ("runs.csv", line_runs),
        ("silence.csv", line_silence),
        ("readers.npz", trained_readers),
    ):
        monkeypatch.setitem(module.SHA256, name, "0" * 64)
        with pytest.raises(ValueError, match=rf"^trained/rnn_ctc_{name} is not the c"):
            load.__wrapped__()
