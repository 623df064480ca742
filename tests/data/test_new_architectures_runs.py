"""What was trained beforehand for the page on new architectures is whole."""

from ml2020.data.new_architectures_runs import (
    AlbumRun,
    ChainRun,
    ClockRun,
    SumRun,
    album_runs,
    chain_runs,
    clock_runs,
    sum_runs,
)
from tests.trained_rows import every_row_is_one_network


def test_every_row_is_one_adder():
    every_row_is_one_network(
        sum_runs, SumRun, "new_architectures_sums.csv", nan_ok=False
    )
    assert {run.places for run in sum_runs()} == {9, 16}
    assert {len(run.judge) for run in sum_runs()} == {2, 3, 5, 10, 30}


def test_every_row_is_one_ponderer_at_one_distance():
    every_row_is_one_network(
        chain_runs,
        ChainRun,
        "new_architectures_chains.csv",
        nan_ok=False,
    )
    assert {len(run.right) for run in chain_runs()} == {2, 3, 5}
    assert {run.tau for run in chain_runs()} == {0.1, 0.03, 0.01, 0.003, 0}
    assert {run.far for run in chain_runs()} == set(range(8))


def test_every_row_is_one_album():
    every_row_is_one_network(
        album_runs,
        AlbumRun,
        "new_architectures_albums.csv",
        seeds=lambda _: range(5),
        nan_ok=False,
    )
    assert [run.noise for run in album_runs()] == ["learned", "none"]


def test_every_row_is_one_turn():
    every_row_is_one_network(
        clock_runs,
        ClockRun,
        "new_architectures_seconds.csv",
        seeds=lambda _: range(6),
        nan_ok=False,
    )
    timed = {(run.places, run.sequences) for run in clock_runs()}
    assert timed == {(16, 32), (1024, 1), (2048, 1), (4096, 1)}
    assert all((run.seconds > 0).all() for run in clock_runs())
