"""New architectures: what was trained beforehand: orders, rivals, ponderers, albums.

Source:  tools/train_new_architectures.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = {
    "sums.csv": "36c4a6ee46ef5f5be23af21beaf3e0d1c3e665cbdda575ff4310f3d0681af949",
    "chains.csv": "c095e1e02d25824127037638abdea1a30e34abe5a9816686d66387be4b4d6491",
    "albums.csv": "f9a745bec80830413006e094a463a85f6b0ae04c6b3ca53ca1fdef5896335bec",
    "seconds.csv": "527688643474571d19d2842a8ab2db937d5ead3a513f541edc6663c0152054e6",
}


class SumRun(NamedTuple):
    """Networks that learned the same from different first weights."""

    places: int
    kind: str  # an architecture, or a word of s and f
    updates: int
    lr: float
    choose: Networks  # the share of right places, on sequences to choose the rate by
    judge: Networks  # the same, on sequences to judge by


class ChainRun(NamedTuple):
    """Ponderers that learned to count since the last mark."""

    tau: float  # the price of a step
    lr: float
    far: int  # places back to the mark
    lost: Networks  # on other chains, steps included
    right: Networks  # the share of right answers at that distance
    steps: Networks  # the mean of steps


class AlbumRun(NamedTuple):
    """Albums that learned to paint the same pictures."""

    noise: str  # "learned"
    updates: int
    wrong: Networks  # the mean square error without noise
    shaken: Networks  # the mean variance of a dot by noise
    coarse: Networks  # the style of the smallest level moves the coarse part so much
    fine: Networks  # and the fine part


class ClockRun(NamedTuple):
    """A loss and its slopes, timed in several turns, all architectures in each."""

    kind: str
    places: int
    sequences: int
    seconds: Networks  # of CPU, by turn


@cache
def sum_runs() -> tuple[SumRun, ...]:
    """Return the runs of the adders. Treat the tensors as read-only.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"places": int, "kind": str, "updates": int, "lr": float}
    found = runs("new_architectures_sums.csv", SHA256["sums.csv"], keys)
    return tuple(SumRun(*run) for run in found)


@cache
def chain_runs() -> tuple[ChainRun, ...]:
    """Return the runs of the ponderers, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"tau": float, "lr": float, "far": int}
    found = runs("new_architectures_chains.csv", SHA256["chains.csv"], keys)
    return tuple(ChainRun(*run) for run in found)


@cache
def album_runs() -> tuple[AlbumRun, ...]:
    """Return the runs of the albums, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"noise": str, "updates": int}
    found = runs("new_architectures_albums.csv", SHA256["albums.csv"], keys)
    return tuple(AlbumRun(*run) for run in found)


@cache
def clock_runs() -> tuple[ClockRun, ...]:
    """Return what was timed, likewise.

    Raises:
        ValueError: If the file is not the committed one.
    """
    keys = {"kind": str, "places": int, "sequences": int}
    found = runs("new_architectures_seconds.csv", SHA256["seconds.csv"], keys)
    return tuple(ClockRun(*run) for run in found)
