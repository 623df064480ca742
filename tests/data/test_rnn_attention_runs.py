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
    sound_weights,
)
from ml2020.rnn import Seq2Seq, entries, error_rates, sound_pairs, spelt, translated
from tests.trained_rows import every_row_is_one_network

TABLES = {
    "rnn_attention.csv": (attention_runs, AttentionRun),
    "rnn_attention_looks.csv": (look_runs, LookRun),
    "rnn_attention_others.csv": (other_runs, OtherRun),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_a_file_is_one_network_of_one_run(name):
    every_row_is_one_network(*TABLES[name], name, seeds=None)


def test_the_best_rate_of_each_lies_inside_its_grid():
    runs = [(r.task + r.match, r) for r in attention_runs() if r.part == "choose"]
    runs += [(r.name, r) for r in other_runs() if r.part == "choose" and r.lr > 0]
    for name in {name for name, _ in runs}:
        cost = {
            r.lr: (r.sequences if name.endswith("hops") else r.symbols).mean()
            for other, r in runs
            if other == name
        }
        assert len(cost) >= 5
        assert min(cost) < min(cost, key=lambda lr: cost[lr]) < max(cost)


@pytest.mark.parametrize("match", ["dot", "none"])
def test_weights_are_of_the_network_that_learned_longest(match):
    model = Seq2Seq(26, 40, 32, match)
    model.load_state_dict(sound_weights(match))
    longest = max(
        (r for r in attention_runs() if (r.task, r.match) == ("sounds", match)),
        key=lambda r: r.updates,
    )
    words = entries("judge")[:600]
    said = translated(model, sound_pairs(words), 16)
    rates = error_rates([spelt(s).split() for s in said], [w.phones for w in words])
    assert rates.words == pytest.approx(longest.sequences[0].item(), abs=0.05)
    assert all(w.dtype == torch.float32 for w in sound_weights(match).values())


def test_no_other_network_was_trained():
    with pytest.raises(ValueError, match=r"^match is additive: choose one of"):
        sound_weights("additive")


@pytest.mark.parametrize("name", module.SHA256)
def test_another_file_is_refused(name, monkeypatch):
    monkeypatch.setitem(module.SHA256, name, "0" * 64)
    load = TABLES[name][0] if name in TABLES else sound_weights
    with pytest.raises(ValueError, match=rf"^trained/{name} is not the committed"):
        load.__wrapped__(*([] if name in TABLES else ["dot"]))
