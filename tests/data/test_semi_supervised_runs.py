"""What was trained beforehand is whole: each draw of a run, the committed file."""

import pytest

from ml2020.data import semi_supervised_runs as module
from ml2020.data.semi_supervised_runs import DigitRun, digit_runs
from ml2020.semi_supervised import contest, digit_task
from ml2020.semi_supervised.alone import ALONE
from ml2020.semi_supervised.extras import EXTRAS
from tests.trained_rows import every_row_is_one_network


def test_every_row_of_the_file_is_one_draw_of_one_run():
    every_row_is_one_network(
        digit_runs,
        DigitRun,
        "semi_supervised_runs.csv",
        seeds=lambda run: range(100, 105) if run.what == "rate" else range(8),
        nan_ok=False,
    )


def test_every_way_was_run_at_each_number_of_labels():
    met = {(r.name, r.labels) for r in digit_runs() if r.what == "table"}
    names = {*ALONE, *EXTRAS} - {"soft labels"}
    amounts = {n for _, n in met}
    assert amounts == {10, 20, 50, 100}
    expected = {(name, n) for name in names for n in amounts}
    assert met == expected - {("true where sure", n) for n in (50, 100)}


def test_the_grid_of_a_way_is_the_same_at_each_number_of_labels():
    table = [r for r in digit_runs() if r.what == "table"]
    for name in {r.name for r in table}:
        grids = [
            {r.strength for r in table if (r.name, r.labels) == (name, n)}
            for n in {r.labels for r in table if r.name == name}
        ]
        assert all(grid == grids[0] for grid in grids)


def test_networks_have_the_rate_that_was_best_on_other_draws():
    for name in {*EXTRAS} - {"soft labels"}:
        tried = [r for r in digit_runs() if (r.what, r.name) == ("rate", name)]
        best = max(tried, key=lambda run: run.many.sum().item())
        assert {r.lr for r in digit_runs() if r.name == name and r.what != "rate"} == {
            best.lr
        }


@pytest.mark.parametrize("name", ["Gaussians", "SVM", "directions", "nearest label"])
def test_a_run_can_be_made_again(name):
    run = next(
        r for r in digit_runs() if (r.what, r.name, r.labels) == ("table", name, 20)
    )
    tasks = [digit_task(20, seed) for seed in (0, 7)]
    found = contest(name, tasks, run.strength, run.lr, run.steps, [0, 7])
    for k, shares in zip((0, 7), found, strict=True):
        assert shares.judge == pytest.approx(run.judge[k].item(), abs=6e-3)
        assert shares.few == pytest.approx(run.few[k].item(), abs=6e-3)


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^trained/semi_supervised_runs.csv is not"):
        digit_runs.__wrapped__()
