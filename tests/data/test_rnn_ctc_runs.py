"""What was trained beforehand is whole: each reader of a run, the committed files."""

import csv
from pathlib import Path

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

FOLDER = Path(module.__file__).parent / "trained"


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("name", "kind", "load", "measured"),
    [
        ("rnn_ctc_runs.csv", LineRun, line_runs, ["choose", "judge", "plain"]),
        ("rnn_ctc_silence.csv", Silence, line_silence, ["silence"]),
    ],
)
def test_every_row_of_a_file_is_one_reader_of_one_run(name, kind, load, measured):
    table = rows(name)
    assert [c for c in table[0] if c != "seed"] == list(kind._fields)
    left = iter(table)
    for run in load():
        for seed in range(5):
            row = next(left)
            assert int(row["seed"]) == seed
            assert row["name"] == run.name
            for key in ("lr", "steps", "least", "step"):
                assert float(row.get(key, 0)) == getattr(run, key, 0)
            for m in measured:
                assert float(row[m]) == pytest.approx(getattr(run, m)[seed].item())
    assert not list(left)


@pytest.mark.parametrize(("steps", "rates"), [(300, 3), (1500, 3)])
def test_the_best_rate_of_each_teacher_lies_inside_its_grid(steps, rates):
    for name in TEACHERS:
        costs = {
            run.lr: run.choose.mean().item()
            for run in line_runs()
            if run.name == name and run.steps == steps
        }
        assert len(costs) >= (5 if name == "CTC" else rates)
        best = min(costs, key=costs.get)
        assert min(costs) < best < max(costs)


def test_what_was_kept_of_the_readers_makes_the_errors_of_the_table():
    lines = part_lines("judge", 300, generator=torch.Generator().manual_seed(20_001))
    for name, theta in trained_readers().items():
        runs = [r for r in line_runs() if (r.name, r.steps) == (name, 1500)]
        best = min(runs, key=lambda run: run.choose.mean().item())
        for least, rates in ((best.least, best.judge), (1, best.plain)):
            found = read_lines(theta, lines, least)
            for said, rate in zip(found, rates.tolist(), strict=True):
                assert error_rate(said, lines.texts) == pytest.approx(rate, abs=2e-3)


def test_readers_of_each_teacher_are_five_and_finite():
    readers = trained_readers()
    assert list(readers) == list(TEACHERS)
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
