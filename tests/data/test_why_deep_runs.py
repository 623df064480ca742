"""What was trained beforehand is whole: each network of a run, the committed file."""

import pytest

from ml2020.data import why_deep_runs as module
from ml2020.data.why_deep_runs import (
    ContestRun,
    ModuleRun,
    TentRun,
    contest_runs,
    module_runs,
    tent_runs,
)
from tests.trained_rows import every_row_is_one_network

FILES = [
    (contest_runs, ContestRun, "why_deep_contest.csv"),
    (module_runs, ModuleRun, "why_deep_modules.csv"),
    (tent_runs, TentRun, "why_deep_tents.csv"),
]


@pytest.mark.parametrize(("load", "kind", "name"), FILES)
def test_every_row_of_the_file_is_one_network_of_one_run(load, kind, name):
    every_row_is_one_network(load, kind, name, nan_ok=False)


def test_who_chooses_does_not_judge():
    for run in (*contest_runs(), *module_runs()):
        many = {"rate": 10, "long": 10, "creased": 10, "late": 5}
        many |= {"more": 60, "more late": 24}
        assert len(run[-1]) == many.get(run.what, 20)


def test_fresh_networks_have_the_rate_that_was_chosen():
    about = {(run.task, run.n, run.shape) for run in contest_runs()}
    assert len(about) == 8
    for key in about:
        mine = [run for run in contest_runs() if (run.task, run.n, run.shape) == key]
        rates = {r.lr: r.choose.mean().item() for r in mine if r.what == "rate"}
        (fresh,) = [run for run in mine if run.what == "fresh"]
        assert len(rates) >= 5
        assert max(rates, key=lambda lr: rates[lr]) == fresh.lr
        assert min(rates) < fresh.lr < max(rates)


def test_designs_have_the_rate_that_was_chosen():
    about = {run[1:5] for run in module_runs()}
    assert len(about) == 10
    for key in about:
        mine = [r for r in module_runs() if r[1:5] == key]
        rates = {
            r.lr: sum(part.mean().item() for part in (r.gs, r.gl, r.bs, r.bl))
            for r in mine
            if r.what == "rate"
        }
        (fresh,) = [run for run in mine if run.what == "fresh"]
        assert len(rates) >= 5
        assert max(rates, key=lambda lr: rates[lr]) == fresh.lr
        assert min(rates) < fresh.lr < max(rates)


@pytest.mark.parametrize(("load", "kind", "name"), FILES)
def test_another_file_is_refused(load, kind, name, monkeypatch):
    for constant in ("CONTEST", "MODULES", "TENTS"):
        monkeypatch.setattr(module, f"{constant}_SHA256", "0" * 64)
    with pytest.raises(ValueError, match=rf"^trained/{name} is not the committed"):
        load.__wrapped__()
