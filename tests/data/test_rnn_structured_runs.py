"""What was trained beforehand is whole: each network of a run, the committed files."""

import pytest

from ml2020.data import rnn_structured_runs as module
from ml2020.data.rnn_structured_runs import AnswerRun, SlotRun, answer_runs, slot_runs
from tests.trained_rows import every_row_is_one_network

SEEDS = {"choose": range(2), "judge": range(100, 105), "long": range(100, 110)}
MANY, FEWER = range(100, 115), range(100, 110)  # of taggers; of those by a BiLSTM


def seeds_of(run):
    if isinstance(run, SlotRun) and run.stage == "judge":
        return FEWER if "BiLSTM" in run.name else MANY
    return SEEDS[run.stage]


def test_every_row_of_the_files_is_one_network_of_one_run():
    for load, kind, name in (
        (answer_runs, AnswerRun, "rnn_structured_answers.csv"),
        (slot_runs, SlotRun, "rnn_structured_slots.csv"),
    ):
        every_row_is_one_network(load, kind, name, seeds=seeds_of, nan_ok=False)


def settings_by_contestant():
    """Of each contestant the mean of the first mark by setting, and what was judged."""
    grids, judged = {}, {}
    for run in (*answer_runs(), *slot_runs()):
        stage, one, other, *setting = (
            run[:-1] if isinstance(run, AnswerRun) else run[:-3]
        )
        key = type(run), one, other
        if stage == "choose":
            mark = run.right if isinstance(run, AnswerRun) else run.f1
            grids.setdefault(key, {})[tuple(setting)] = mark.mean().item()
        else:
            judged.setdefault((stage, *key), []).append(tuple(setting))
    return grids, judged


def test_the_best_setting_of_each_lies_inside_its_grid_of_rates_and_is_judged():
    grids, judged = settings_by_contestant()
    assert len(grids) == 6 + 2 * 13
    for key, found in grids.items():
        rates = {setting[0] for setting in found}
        (mine,) = judged["judge", *key]
        assert found[mine] == pytest.approx(max(found.values()), abs=1e-6)
        assert len(rates) >= 3
        assert min(rates) < mine[0] < max(rates)


def test_all_contestants_were_given_the_same_brakes_and_times():
    grids, _ = settings_by_contestant()
    for (kind, name, task), found in grids.items():
        rest = {setting[1:] for setting in found}
        alike = [
            {setting[1:] for setting in other}
            for (k, n, t), other in grids.items()
            if k is kind and "HMM" not in (name, n) and t == task
        ]
        if kind is SlotRun and name != "HMM":
            assert all(rest == other for other in alike)
            assert len(rest) == 3 * 2 * 3


def test_those_that_learn_for_long_have_the_same_brakes_and_the_rate_of_the_chain():
    _, judged = settings_by_contestant()
    long = {key: found for key, found in judged.items() if key[0] == "long"}
    assert len(long) == 11
    assert {sentences for *_, sentences in long} == {400}
    for (_, kind, name, sentences), found in long.items():
        reads = name.split(",")[0].split(" +")[0]
        ((rate, *_, stopped),) = judged["judge", kind, f"{reads} + chain", sentences]
        assert found == [(rate, pytest.approx(0.1), pytest.approx(0.2), 1200)]
        assert stopped <= 1200 / 5


@pytest.mark.parametrize("load", [answer_runs, slot_runs])
def test_another_file_is_refused(monkeypatch, load):
    for name in ("ANSWERS_SHA256", "SLOTS_SHA256"):
        monkeypatch.setattr(module, name, "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/rnn_structured_.* is not the com"):
        load.__wrapped__()
