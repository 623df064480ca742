"""What was trained beforehand is whole: each network of a run, the committed file."""

import copy

import pytest

from ml2020.compression.ways import FRESH, TUNES, base_network
from ml2020.data import compression_small_runs as module
from ml2020.data.compression_small_runs import SmallRun, small_runs
from tests.trained_rows import every_row_is_one_network


def of(what):
    return [run for run in small_runs() if run.what == what]


def seeds(run):
    if run.what == "rate":
        return range(100, 102)
    if run.what == "rate for ten":
        return range(100, 101)
    if run.what == "ten":
        return range(3)
    return range(1) if run.what in ("seconds", "kernels") else range(5)


def test_every_row_of_the_file_is_one_network_of_one_run():
    name = "compression_small_runs.csv"
    every_row_is_one_network(small_runs, SmallRun, name, seeds=seeds, nan_ok=False)


def test_every_way_was_judged_at_the_rate_that_was_best_on_other_networks():
    names = {run.name for run in of("table")}
    assert names == {
        "base",
        "bits 2, ends cut",
        *TUNES,
        *(n for n in FRESH if "alone" not in n),
    }
    for name in names:
        tried = {r.lr: r.choose.sum().item() for r in of("rate") if r.name == name}
        best = max(tried, key=lambda lr: tried[lr])
        assert min(tried) < best < max(tried)
        assert [r.lr for r in of("table") if r.name == name] == [best]


def test_ten_times_the_passes_have_the_better_of_two_rates():
    chosen = {run.name: run.lr for run in of("table")}
    for run in of("ten"):
        tried = [r for r in of("rate for ten") if r.name == run.name]
        wanted = [chosen[run.name] / 3, chosen[run.name]]
        assert sorted(r.lr for r in tried) == pytest.approx(wanted, rel=1e-4)
        assert run.lr == max(tried, key=lambda r: r.choose.sum().item()).lr


def test_each_exit_was_judged_at_a_rate_of_its_own():
    assert len(of("exit")) == 6
    for name in (n for n in FRESH if "alone" in n):
        tried = {r.lr: r.choose.sum().item() for r in of("rate") if r.name == name}
        best = max(tried, key=lambda lr: tried[lr])
        assert min(tried) < best < max(tried)
        assert [r.lr for r in of("exit") if r.name == name] == [best]


def test_words_of_huffman_are_never_longer():
    for run in [*of("table"), *of("rounded")]:
        assert (run.bytes <= run.fixed).all()
        assert (run.bytes > 0).all() == (run.name != "bits 2, by filter")


@pytest.mark.slow
def test_a_run_can_be_made_again():
    lr = next(r.lr for r in of("table") if r.name == "base")
    base = base_network(lr, 0)
    run = next(r for r in of("table") if r.name == "bits 2")
    again = TUNES["bits 2"](copy.deepcopy(base), run.lr, 0)
    assert set(again.coded) == {n for n, p in base.named_parameters() if p.ndim > 1}


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/compression_small_runs.csv is not"):
        small_runs.__wrapped__()
