"""What was trained beforehand is whole: each network of a run, the committed file."""

import math

import pytest

from ml2020.data import cnn_runs as module
from ml2020.data.cnn_runs import ClothesRun, clothes_runs
from tests.trained_rows import every_row_is_one_network

COMPARED = [
    *(("fresh", name) for name in "linear narrow wide max stride blurred".split()),
    ("shuffled", "max"),
]


def test_every_row_of_the_file_is_one_network_of_one_run():
    every_row_is_one_network(clothes_runs, ClothesRun, "cnn_clothes.csv")


@pytest.mark.parametrize(("what", "network"), COMPARED)
def test_ten_or_five_are_compared_at_the_best_of_their_own_rates(what, network):
    runs = [run for run in clothes_runs() if run.network == network]
    (fresh,) = [run for run in runs if run.what == what]
    choosing = "rate" if what == "fresh" else f"rate {what}"
    rates = {r.lr: r.choose.mean().item() for r in runs if r.what == choosing}
    near = (what, network) in (("shuffled", "max"), ("fresh", "stride"))
    assert len(rates) >= (3 if near else 5)
    best = max(rates, key=lambda lr: rates[lr])
    assert best == fresh.lr
    assert min(rates) < best < max(rates)
    assert len(fresh.judge) == (5 if what == "shuffled" else 10)
    assert not any(math.isnan(share) for share in fresh.judge.tolist())


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/cnn_clothes.csv is not the commit"):
        clothes_runs.__wrapped__()
