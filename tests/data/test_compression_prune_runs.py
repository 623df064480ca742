"""What was trained beforehand is whole: every network of a run, every rate inside."""

import pytest

from ml2020.data import compression_prune_runs as module
from ml2020.data.compression_prune_runs import PruneRun, products, prune_runs
from tests.trained_rows import every_row_is_one_network


def test_every_row_of_the_file_is_one_network():
    every_row_is_one_network(
        prune_runs, PruneRun, "compression_prune_runs.csv", nan_ok=False
    )


def test_every_judged_run_has_at_least_five_networks():
    for run in prune_runs():
        most = {"clothes chosen": 2}
        if run.what.startswith("clothes"):
            wanted = most.get(run.what, 5)
        else:
            wanted = 10
        assert len(run.judge) == wanted, run


@pytest.mark.parametrize("what", ["tickets", "pupils", "few", "many"])
def test_the_best_rate_of_each_way_lies_inside_its_grid(what):
    runs = [run for run in prune_runs() if run.what == what]
    grids = {}
    for run in runs:
        key = run.name, run.setting, run.epochs
        grids.setdefault(key, {})[run.lr] = run.choose.mean().item()
    searched = {key: grid for key, grid in grids.items() if len(grid) > 2}
    assert searched
    # at ten times the steps: that rate and a third of it
    assert {key[2] for key, grid in grids.items() if len(grid) == 2} <= {150, 9600}
    for grid in searched.values():
        best = max(grid, key=lambda lr: grid[lr])
        assert min(grid) < best < max(grid)


def grid_of(by, name, **fixed):
    """What a grid was searched by, on networks that do not judge."""
    found = [r for r in prune_runs() if (r.what, r.name) == ("clothes chosen", name)]
    found = [r for r in found if all(getattr(r, k) == v for k, v in fixed.items())]
    grid = {}
    for r in found:
        grid.setdefault(getattr(r, by), []).append(r.choose.mean().item())
    return {value: max(rights) for value, rights in grid.items()}


@pytest.mark.parametrize(
    ("by", "name", "fixed"),
    [
        ("lr", "half", {"epochs": 5}),
        ("lr", "tenth", {"epochs": 5}),
        ("lr", "scaled", {"setting": 0.0}),
    ],
)
def test_rates_on_clothes_lie_inside_their_grids(by, name, fixed):
    grid = grid_of(by, name, **fixed)
    assert min(grid) < max(grid, key=lambda value: grid[value]) < max(grid)


def test_the_price_of_factors_is_the_best_of_its_grid():
    grid = grid_of("setting", "filters by factors")
    grid.pop(0.0)
    judged = {r.setting for r in prune_runs() if r.what == "clothes"}
    best = max(grid, key=lambda price: grid[price])
    assert best in judged
    assert min(grid) < best < max(grid)


def test_products_are_seconds():
    assert {product.batch for product in products()} == {1, 50}
    for product in products():
        assert 0 < product.left <= 0.5
        assert product.dense > 0
        assert product.sparse > 0


def test_other_files_are_refused(monkeypatch):
    for name, load in (("runs.csv", prune_runs), ("sparse.csv", products)):
        monkeypatch.setitem(module.SHA256, name, "0" * 64)
        with pytest.raises(ValueError, match=rf"^trained/compression_prune_{name} is"):
            load.__wrapped__()
