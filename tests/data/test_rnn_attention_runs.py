"""What was trained beforehand is whole, and says what its tables say."""

import pytest
import torch

from ml2020.data import rnn_attention_runs as module
from ml2020.data.rnn_attention_runs import (
    AttentionRun,
    LookRun,
    OtherRun,
    attention_runs,
    look_runs,
    other_runs,
    sound_edits,
    sound_weights,
)
from ml2020.rnn import Seq2Seq, entries, error_rates, in_phones, sound_pairs, translated
from tests.trained_rows import every_row_is_one_network

TABLES = {
    "rnn_attention.csv": (attention_runs, AttentionRun),
    "rnn_attention_looks.csv": (look_runs, LookRun),
    "rnn_attention_others.csv": (other_runs, OtherRun),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_a_file_is_one_network_of_one_run(name):
    every_row_is_one_network(*TABLES[name], name, seeds=None)


def test_the_best_rate_of_each_lies_inside_its_grid_and_was_chosen_as_long():
    runs = [
        ((r.task, r.match, r.m), r.lr, r.updates, r.symbols)
        for r in attention_runs()
        if r.part == "choose" and r.lr > 0
    ]
    runs += [
        (r.name, r.lr, r.updates, r.wrong) for r in other_runs() if r.part == "choose"
    ]
    for name in {name for name, *_ in runs}:
        mine = [run for run in runs if run[0] == name]
        cost = {lr: found.mean() for _, lr, _, found in mine}
        assert len(cost) >= 5
        assert min(cost) < min(cost, key=lambda lr: cost[lr]) < max(cost)
        assert len({updates for *_, updates, _ in mine}) == 1
    for r in attention_runs():
        if r.part == "judge" and r.lr > 0 and r.match != "additive":
            chosen = [run for run in runs if run[0] == (r.task, r.match, r.m)]
            assert r.lr == min(chosen, key=lambda run: run[3].mean())[1]


def test_weights_are_of_the_network_that_learned_longest():
    model = Seq2Seq(26, 40, 32, "dot")
    model.load_state_dict(sound_weights())
    words = entries("judge")[:600]
    said = translated(model, sound_pairs(words), 16)
    rates = error_rates([in_phones(s).split() for s in said], [w.phones for w in words])
    edits = sound_edits()["dot 32 1200"][0, :600]
    assert rates.phones == pytest.approx(
        edits.sum().item() / sum(len(w.phones) for w in words), abs=0.003
    )
    assert all(w.dtype == torch.float32 for w in sound_weights().values())


def test_edits_of_words_are_those_of_the_rows():
    phones = sum(len(word.phones) for word in entries("judge"))
    judges = [r for r in attention_runs() if (r.task, r.part) == ("sounds", "judge")]
    names = [r.match if not r.m else f"{r.match} {r.m} {r.updates}" for r in judges]
    assert set(names) == set(sound_edits())
    for name, run in zip(names, judges, strict=True):
        edits = sound_edits()[name]
        assert edits.dtype == torch.float64
        assert edits.shape == (len(run.symbols), 2000)
        shares = edits.sum(dim=1) / phones
        assert shares.tolist() == pytest.approx(run.symbols.tolist(), abs=1e-5)
        wrong = (edits > 0).double().mean(dim=1)
        assert wrong.tolist() == pytest.approx(run.sequences.tolist(), abs=1e-5)


@pytest.mark.parametrize("name", module.SHA256)
def test_another_file_is_refused(name, monkeypatch):
    monkeypatch.setitem(module.SHA256, name, "0" * 64)
    loaders = [TABLES[name][0]] if name in TABLES else [sound_weights, sound_edits]
    for load in loaders:
        with pytest.raises(ValueError, match=rf"^trained/{name} is not the committed"):
            load.__wrapped__()
