"""New architectures: what was trained beforehand: orders, rivals, ponderers, albums.

Source:  tools/train_new_architectures.py; its record, with seeds, seconds and versions,
         is in ml2020/data/trained
"""

from functools import cache
from typing import NamedTuple

from ml2020.data.runs import Networks, runs

SHA256 = {
    "sums.csv": "e1fa559d61f9847ab39be2cc0707ed9d8c992b675cf587bc932919b018fd5a8c",
    "chains.csv": "d5117b60e00734129e8b5f049e5945db7adcb72c17be498b967a7a797009d84e",
    "albums.csv": "75782abb755dd7599d9f0233601a70ba093be805d71ccf5d514fff910f27f027",
    "seconds.csv": "5d30c6c47eb19e2dc47c832a7e6e0755fe2f23952adc0c777f5fc0e24fe3aac8",
}


class SumRun(NamedTuple):
    """Networks that learned the same from different first weights."""

    places: int
    kind: str  # an architecture, a control of the Reformer, or a word of s and f
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
    """Albums that learned to paint the same pictures.

    A style of the neighbour moves a part of a picture by a share of the way to the
    neighbour's: its mean, the means of blocks less that, and the rest.
    """

    noise: str  # "learned", or "none" for those that met noise only afterwards
    updates: int
    wrong: Networks  # the mean square error without noise
    shaken: Networks  # the mean variance of a dot by noise
    factor_7: Networks  # the mean amount of the factors of noise, by size
    factor_14: Networks
    factor_28: Networks
    bright: Networks  # shares that the first style moves
    coarse: Networks
    fine: Networks
    last_bright: Networks  # and the last one
    last_coarse: Networks
    last_fine: Networks


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
