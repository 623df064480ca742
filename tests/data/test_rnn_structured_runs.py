"""What was trained beforehand is whole: each network of a run, the committed files."""

from statistics import mean

import pytest

from ml2020.data import rnn_structured_runs as module
from ml2020.data.rnn_structured_runs import AnswerRun, SlotRun, answer_runs, slot_runs
from tests.trained_rows import every_row_is_one_network


def test_every_row_of_the_files_is_one_network_of_one_run():
    every_row_is_one_network(answer_runs, AnswerRun, "rnn_structured_answers.csv")
    every_row_is_one_network(slot_runs, SlotRun, "rnn_structured_slots.csv")
    assert all(len(run.judge) == 5 for run in answer_runs())
    assert all(len(run.f1) == 5 for run in slot_runs())


def test_the_best_setting_of_each_lies_inside_its_grid():
    grids = {}
    for run in answer_runs():
        found = grids.setdefault((run.task, run.readout), {})
        found[run.lr, run.passes] = mean(run.choose.tolist())
    for run in slot_runs():
        found = grids.setdefault((run.name, run.sentences), {})
        found[run.setting, run.updates] = mean(run.choose_f1.tolist())
    for found in grids.values():
        settings = {setting for setting, _ in found}
        best, _ = max(found, key=lambda key: found[key])
        assert len(settings) >= 5
        assert min(settings) < best < max(settings)


def test_all_taggers_were_given_as_many_sentences():
    names = {run.name for run in slot_runs()}
    assert len(names) == 7
    for name in names:
        counts = {run.sentences for run in slot_runs() if run.name == name}
        assert counts == {25, 400}


@pytest.mark.parametrize("load", [answer_runs, slot_runs])
def test_another_file_is_refused(monkeypatch, load):
    for name in ("ANSWERS_SHA256", "SLOTS_SHA256"):
        monkeypatch.setattr(module, name, "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/rnn_structured_.* is not the com"):
        load.__wrapped__()
