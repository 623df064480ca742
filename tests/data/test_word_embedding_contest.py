"""The contest of four methods is whole, and judged by what did not choose."""

import pytest
import torch

from ml2020.data import word_embedding_contest as module
from ml2020.data.word_embedding_contest import (
    contest_neighbours,
    contest_runs,
    contest_shares,
)


def test_each_method_has_all_its_seeds():
    shares = contest_shares()
    learned = {"GloVe": 40, "GloVe, added": 40, "CBOW": 4, "skip-gram": 4}
    short = {**learned, "PPMI + SVD": 1}
    for name, passes in short.items():
        assert len(shares[name, passes]) == 5
    for name, passes in learned.items():
        assert len(shares[name, 10 * passes]) == 1
    for name in ("PPMI rows", "more frequent"):
        assert len(shares[name, 1]) == 1
    assert len(shares) == 11
    for rows in shares.values():
        assert ((rows >= 0) & (rows <= 1)).all()


def test_what_is_said_of_a_run_is_the_mean_over_nouns():
    judged = {(run.name, run.passes, run.seed): [] for run in contest_runs()}
    for run in contest_runs():
        judged[run.name, run.passes, run.seed].append(run.judge)
    for (name, passes), rows in contest_shares().items():
        if (name, passes, 1) not in judged:  # nothing of it hangs on a seed
            continue
        for seed, row in enumerate(rows, 1):
            said = torch.tensor(judged[name, passes, seed])
            assert (said - row.mean()).abs().min() < 1e-4


def test_each_rate_that_judges_lies_inside_of_its_grid():
    runs = [run for run in contest_runs() if "lr=" in run.setting]
    assert len({(run.name, run.passes) for run in runs}) == 8
    for name, passes in {(run.name, run.passes) for run in runs}:
        own = [run for run in runs if (run.name, run.passes) == (name, passes)]
        judged = {run.setting for run in own if run.seed > 0}
        assert len(judged) == 1
        rest, rate = judged.pop().rsplit("lr=", 1)
        tried = [run.setting.rsplit("lr=", 1) for run in own if run.seed == 0]
        rates = [float(found) for others, found in tried if others == rest]
        assert min(rates) < float(rate) < max(rates)


def test_who_says_the_more_frequent_word_is_right_by_chance():
    assert abs(contest_shares()["more frequent", 1].mean() - 0.5) < 0.03


def test_neighbours_are_six_each():
    assert len(contest_neighbours()) == 16
    assert all(len(near.neighbours.split()) == 6 for near in contest_neighbours())


@pytest.mark.parametrize(
    ("name", "load"),
    [
        ("runs.csv", contest_runs),
        ("neighbours.csv", contest_neighbours),
        ("nouns.npz", contest_shares),
    ],
)
def test_another_file_is_refused(monkeypatch, name, load):
    monkeypatch.setitem(module.SHA256, name, "0" * 64)
    with pytest.raises(ValueError, match="is not the committed file"):
        load.__wrapped__()
