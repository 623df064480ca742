"""What was trained beforehand for the page on the whole transformer is whole."""

from ml2020.data.transformer_model_runs import (
    LengthRun,
    SoundRun,
    length_runs,
    sound_runs,
    transformer_edits,
    transformer_weights,
)
from ml2020.transformer import Transformer
from tests.trained_rows import every_row_is_one_network


def test_every_row_is_one_network():
    name = "transformer_model_runs.csv"
    every_row_is_one_network(sound_runs, SoundRun, name, nan_ok=False)
    name = "transformer_model_lengths.csv"
    every_row_is_one_network(length_runs, LengthRun, name, seeds=lambda _: range(5))


def test_the_best_rate_of_each_kind_lies_inside_its_grid():
    for kind in ("pre", "post", "pre warm", "post warm"):
        tried = [r for r in sound_runs() if (r.kind, r.part) == (kind, "choose")]
        best = min(tried, key=lambda run: run.phones.item()).lr
        assert min(r.lr for r in tried) < best < max(r.lr for r in tried)
        judged = [r for r in sound_runs() if (r.kind, r.part) == (kind, "judge")]
        assert {run.lr for run in judged} == {best}


def test_the_edits_make_the_errors_of_the_table():
    for run in sound_runs():
        if run.part == "judge":
            edits = transformer_edits()[f"{run.kind} {run.updates}"]
            assert edits.shape == (3, 2000)
            assert ((edits > 0).double().mean(dim=1) - run.words).abs().max() < 1e-4


def test_the_weights_are_those_of_a_transformer():
    Transformer(26, 40, 32, 4, 2).load_state_dict(transformer_weights())
