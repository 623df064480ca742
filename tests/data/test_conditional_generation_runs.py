"""What was trained beforehand is whole: tables, weights, and rates that lie inside."""

import math

import pytest
import torch

from ml2020.conditional_generation import (
    Answerer,
    Captioner,
    Pointer,
    TuringMachine,
    Writer,
    walked,
)
from ml2020.conditional_generation.copying import wrong_bits
from ml2020.conditional_generation.dots import COLOURS, SEES
from ml2020.conditional_generation.dots import UNITS as DOT_UNITS
from ml2020.conditional_generation.guesses import TOLD
from ml2020.conditional_generation.poems import UNITS, bits, characters, part
from ml2020.data import conditional_generation_runs as module
from ml2020.data.conditional_generation_runs import (
    PAGES,
    generation_runs,
    generation_weights,
    judged_runs,
)
from tests.refusals import refuses

SEEDS = 5


@pytest.mark.parametrize("page", PAGES)
def test_each_kind_was_chosen_and_compared(page):
    kinds = {(run.task, run.kind) for run in generation_runs(page)}
    once = {("poems", kind) for kind in ("table", "table, discounted", "table, kinds")}
    for task, kind in kinds - once - {("reward", "not at all")}:
        runs = judged_runs(page, task, kind)
        assert [run.seed for run in runs] == list(range(SEEDS))
        assert len({(run.lr, run.weight) for run in runs}) == 1
        assert len({len(run.values) for run in runs}) == 1


AT_THE_EDGE = {f"rotation, badly seen; {told}" for told in TOLD}  # as the page says


@pytest.mark.parametrize("page", PAGES)
def test_the_rate_of_each_kind_lies_inside_those_that_were_tried(page):
    kinds = {(run.task, run.kind) for run in generation_runs(page) if run.lr}
    for task, kind in kinds:
        if kind in AT_THE_EDGE:
            continue
        tried = [
            run
            for run in generation_runs(page)
            if (run.task, run.kind, run.part) == (task, kind, "choose")
        ]
        best = judged_runs(page, task, kind)[0]
        setting = "weight" if best.weight and task != "poems" else "lr"
        found = sorted(getattr(run, setting) for run in tried)
        assert found[0] < getattr(best, setting) < found[-1]


def test_shares_and_errors_are_in_their_ranges():
    for page in PAGES:
        for run in generation_runs(page):
            if run.task not in ("poems", "dots", "dynamics", "reward"):
                ran_away = run.part == "choose" and math.isnan(run.values[0])
                assert ran_away or all(0 <= v <= 1.001 for v in run.values)


def loaded(page, name, model):
    model.load_state_dict(generation_weights(page, name))
    return model


def test_weights_make_the_values_of_the_table():
    for name, kind in (
        ("hulls", "all at once"),
        ("hulls, up to 20", "all at once, up to 20"),
    ):  # at 20 points networks of other rates differ most
        pointer = loaded("pointing", name, Pointer(64, "all at once"))
        said = judged_runs("pointing", "hulls", kind)[0].values
        right = walked(pointer, 20, 400, 2_000_020).exact
        assert right == pytest.approx(said[12], abs=0.02)
    machine = loaded("pointing", "copy", TuringMachine(5, 4))
    said = judged_runs("pointing", "copy", "Turing machine")[0].values
    assert wrong_bits(machine, 8, 200, 2_000_008) == pytest.approx(said[0], abs=0.01)
    kind = "network, dropout"
    poet = loaded("sequence", f"poems; {kind}", Writer(len(characters()), UNITS))
    said = next(
        run.values[0]
        for run in generation_runs("sequence")
        if (run.kind, run.part, run.updates) == (kind, "judge", 1500)
    )
    assert bits(poet, part("judge")) == pytest.approx(said, abs=0.01)


def test_the_bits_of_each_poem_have_the_mean_of_the_networks():
    rows = [run for run in generation_runs("sequence") if run.task == "poems"]
    each = [run for run in rows if run.part == "each"]
    assert [(run.kind, run.updates, run.seed) for run in each] == [
        (kind, updates, 1 if (kind, updates) == ("network", 1500) else SEEDS)
        for kind in ("network", "network, dropout")
        for updates in (500, 1500)
    ]
    for one in each:
        judged = [
            run.values[0]
            for run in rows
            if (run.kind, run.part, run.updates) == (one.kind, "judge", one.updates)
        ]
        assert len(judged) == one.seed
        assert len(one.values) == 299
        mean = sum(one.values) / 299
        assert mean == pytest.approx(sum(judged) / len(judged), abs=0.001)


def test_the_other_weights_fit_their_networks():
    loaded("pointing", "answers", Answerer("mixes"))
    loaded("sequence", "captions; attention", Captioner("attention", 48))
    loaded("pointing", "hulls, up to 20", Pointer(64, "all at once"))
    for kind in ("early", "early, covers objects", "early, covers not empty"):
        loaded("sequence", f"early captions; {kind}", Captioner("attention", 48))
    for sees in SEES:
        extra = len(SEES[sees]) - 1
        loaded("sequence", f"dots; {sees}", Writer(len(COLOURS), DOT_UNITS, extra))


def test_weights_are_floats():
    weights = generation_weights("pointing", "hulls")
    assert {w.dtype for w in weights.values()} == {torch.float32}


def test_rejects_what_was_not_trained():
    refuses(generation_runs, "^page is", good=PAGES, bad=["poetry"])
    refuses(
        lambda name: generation_weights("pointing", name),
        "^name is",
        good=["copy"],
        bad=["cop"],
    )
    refuses(
        lambda kind: judged_runs("pointing", "copy", kind),
        "^kind is",
        good=["LSTM"],
        bad=["GRU"],
    )


def test_other_files_are_refused(monkeypatch):
    for page in PAGES:
        name = f"conditional_generation_{page}.csv"
        monkeypatch.setitem(module.SHA256, name, "0" * 64)
        with pytest.raises(ValueError, match=rf"^trained/{name} is not the c"):
            generation_runs.__wrapped__(page)
