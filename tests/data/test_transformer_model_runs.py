"""What was trained beforehand for the page on the whole transformer is whole."""

from ml2020.data.transformer_model_runs import (
    LengthRun,
    NormRun,
    SoundRun,
    length_runs,
    norm_runs,
    sound_runs,
    transformer_edits,
    transformer_weights,
)
from ml2020.transformer import Transformer
from tests.trained_rows import every_row_is_one_network


def test_every_row_is_one_network():
    name = "transformer_words_runs.csv"
    every_row_is_one_network(sound_runs, SoundRun, name, nan_ok=False)
    name = "transformer_lengths.csv"
    every_row_is_one_network(length_runs, LengthRun, name, seeds=lambda _: range(5))
    name = "transformer_norms.csv"
    every_row_is_one_network(norm_runs, NormRun, name, seeds=lambda _: range(3))


def test_the_best_rates_lie_inside_their_grids():
    for kind in ("pre", "warm", "dotwarm"):
        own = [run for run in sound_runs() if run.kind == kind]
        tried = {run.lr: run.phones.item() for run in own if run.part == "choose"}
        best = min(tried, key=lambda lr: tried[lr])
        assert len(tried) >= 5
        assert min(tried) < best < max(tried)
        assert {run.lr for run in own if run.part == "judge"} <= {best}


def test_the_edits_make_the_errors_of_the_table():
    judged = [run for run in sound_runs() if run.part == "judge"]
    kinds = "pre", "warm", "dot"
    sizes = {f"{kind} {n}": 5 for kind in kinds for n in (400, 1200)}
    sizes |= {"warm 4000": 1, "dot 4000": 1}
    assert {f"{run.kind} {run.updates}": len(run.words) for run in judged} == sizes
    for run in judged:
        edits = transformer_edits()[f"{run.kind} {run.updates}"]
        assert edits.shape == (len(run.words), 2000)
        assert ((edits > 0).double().mean(dim=1) - run.words).abs().max() < 1e-4


def test_the_weights_are_those_of_a_transformer():
    Transformer(26, 40, 32, 4, 2).load_state_dict(transformer_weights())
