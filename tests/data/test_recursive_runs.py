"""What was trained beforehand is whole: each reader of a run, the committed files."""

from itertools import pairwise

import pytest
import torch

from ml2020.data import recursive_runs as module
from ml2020.data.recursive_runs import (
    DrawRun,
    HeightRun,
    RateRun,
    draw_runs,
    height_runs,
    rate_runs,
    trained_phrase_readers,
)
from ml2020.recursive import (
    degree_classes,
    drawn_phrases,
    left_branching,
    prepared,
    share_right,
    words_of,
)
from tests.trained_rows import every_row_is_one_network

SIZES = {"LSTM": 18, "RecNN": 29, "RNTN": 8, "MV-RNN": 12, "Tree-LSTM": 13}


@pytest.mark.parametrize(
    ("name", "kind", "load"),
    [
        ("recursive_rates.csv", RateRun, rate_runs),
        ("recursive_heights.csv", HeightRun, height_runs),
        ("recursive_draws.csv", DrawRun, draw_runs),
    ],
)
def test_every_row_of_a_file_is_one_reader_of_one_run(name, kind, load):
    every_row_is_one_network(load, kind, name, seeds=lambda _: range(5), nan_ok=False)


def test_the_rates_that_are_best_for_a_reader_lie_inside_its_grid():
    for name in {run.reader for run in height_runs()}:
        tried = {r.lr: r.choose.double().sum() for r in rate_runs() if r.reader == name}
        most = max(tried.values())
        tied = sorted(lr for lr, total in tried.items() if total > most - 1e-6)
        assert min(tried) < tied[0]
        assert tied[-1] < max(tried)
        judged = {run.lr for run in height_runs() if run.reader == name}
        assert judged == {tied[(len(tied) - 1) // 2]}
        ratios = [b / a for a, b in pairwise(sorted(tried))]
        assert ratios == pytest.approx([3] * len(ratios), rel=1e-4)


def test_other_draws_are_those_of_the_two_cells_that_are_compared():
    keys = [(run.reader, run.draw, run.height) for run in draw_runs()]
    assert keys == [
        (name, draw, height)
        for name in ("RecNN", "RNTN")
        for draw in range(1, 11)
        for height in range(1, 8)
    ]


def test_every_reader_was_judged_at_the_same_heights():
    runs = height_runs()
    for name in {run.reader for run in runs}:
        mine = [run for run in runs if run.reader == name]
        alone = "few" in name or "joined" in name
        heights = range(6, 8) if alone else range(1, 8)
        heights = range(1, 11) if "long" in name else heights
        assert [run.height for run in mine] == list(heights)
        assert {run.steps for run in mine} == {1600 if "long" in name else 160}


def test_what_was_kept_of_the_readers_gets_right_what_the_table_says():
    phrases = drawn_phrases(
        200, range(3, 4), generator=torch.Generator().manual_seed(77)
    )
    classes = degree_classes(phrases)
    back = [left_branching(words_of(tree)[::-1]) for tree in phrases]
    for name, theta in trained_phrase_readers().items():
        assert theta.dtype == torch.float32
        assert len(theta) == 5
        kind, _, how = name.partition(", ")
        read = prepared(kind, back if "backwards" in how else phrases)
        met = share_right(theta, kind, SIZES[kind], read, classes)
        (run,) = (r for r in height_runs() if (r.reader, r.height) == (name, 3))
        torch.testing.assert_close(met, run.share, rtol=0, atol=0.12)


def test_a_reader_of_true_trees_is_lost_on_others():
    phrases = drawn_phrases(
        100, range(3, 4), generator=torch.Generator().manual_seed(78)
    )
    left = [left_branching(words_of(tree)) for tree in phrases]
    theta = trained_phrase_readers()["Tree-LSTM"]
    true, wrong = (
        share_right(theta, "Tree-LSTM", 13, prepared("Tree-LSTM", trees), classes)
        for classes in [degree_classes(phrases)]
        for trees in (phrases, left)
    )
    assert (true > wrong + 0.2).all()


def test_other_files_are_refused(monkeypatch):
    for name, load in (
        ("rates.csv", rate_runs),
        ("heights.csv", height_runs),
        ("draws.csv", draw_runs),
        ("readers.npz", trained_phrase_readers),
    ):
        monkeypatch.setitem(module.SHA256, name, "0" * 64)
        said = rf"^trained/recursive_{name} is not the c"
        with pytest.raises(ValueError, match=said):
            load.__wrapped__()
