"""Train what the page on networks shows: every width and depth, and the sine.

python -m tools.train_deep_learning          some ten minutes of CPU, in pieces

Each call works for about one and a half minutes of CPU, keeps what it has in
_build/train_deep_learning.json, and says whether to call it again. The last one writes
code/ml2020/data/trained/deep_learning_study.csv and deep_learning_sine.csv. Their
loader, ml2020/data/deep_learning_runs.py, holds the files' sha256, which are printed.
"""

import csv
import json
import os
import sys
from pathlib import Path
from typing import Any

import torch

from ml2020.deep_learning import (
    built_start,
    digit_sets,
    drawn_starts,
    fit_sine,
    he_layers,
    sizes_of,
    study,
)
from ml2020.optimization import Adam
from ml2020.support.rates import widened
from tools.trained import FOLDER, Training

STUDY, SINE = "deep_learning_study.csv", "deep_learning_sine.csv"
KEPT = Path("_build/train_deep_learning.json")
SEEDS = range(10)  # of networks: all of them for digits; those that choose, for sines
FRESH = range(100, 110)  # of those that are compared, for the sine
PAIRED = range(100, 140)  # of sixteen rectifiers: drawn, and with their bends spread
WIDTHS, DEPTHS = (8, 32, 128), (1, 2, 4)
RATES = [0.003 * 3**k for k in range(5)]  # drawn whole
EPOCHS = 10
LONG = ((8, 1), (8, 4))  # ten times the epochs
LONG_RATES = [0.003 * 3**k for k in range(3)]
SPLITS = (1, 2, 3, 4, 5)  # other ones
SPLIT_SIZES = ((32, 1), (32, 4), (128, 1), (128, 2))
SINE_RATES = [0.003 * 3**k for k in range(4)]
ALL_SINE_RATES = [0.003 * 3**k for k in range(5)]
STEPS = 1000
UNITS = (32, 64, 256)
SLOW = 0.009  # a third of the best rate, for ten times the steps
PIECE = 90  # seconds of CPU of one call
Row = list[Any]

kept: dict[str, Any] = {"seconds": 0.0, "runs": {}}


class EnoughError(Exception):
    """This call has worked long enough."""


def run(key: list[Any], make: Any) -> list[Row]:
    """Return the rows of one run, from an earlier call if it has them."""
    name = json.dumps(key)
    if name not in kept["runs"]:
        if sum(os.times()[:4]) > PIECE:
            raise EnoughError
        kept["runs"][name] = make()
        now = {**kept, "seconds": kept["seconds"] + sum(os.times()[:4])}
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(now), encoding="utf-8")
        print(*kept["runs"][name][0], flush=True)
    return kept["runs"][name]


def study_run(
    size: tuple[int, int],
    lr: float,
    epochs: int = EPOCHS,
    shuffle: int | None = 2020,
) -> list[Row]:
    """Return a row for each network of one width and depth at one rate."""
    split = "file" if shuffle is None else shuffle
    key = [split, *size, f"{lr:.6g}", epochs]

    def make() -> list[Row]:
        data = digit_sets(shuffle)
        shares = study(he_layers, sizes_of(*size), lr, data, SEEDS, epochs)
        told = [[f"{v:.5g}" for v in column.tolist()] for column in shares]
        return [[*key, *row] for row in zip(SEEDS, *told, strict=True)]

    return run(key, make)


def study_rows(
    size: tuple[int, int], rates: list[float], epochs: int = EPOCHS
) -> tuple[list[Row], float]:
    """Return the rows of one size at each rate, and the rate that validation likes."""
    table: list[Row] = []

    def loss(lr: float) -> float:
        found = study_run(size, lr, epochs)
        table.extend(found)
        return -sum(float(row[7]) for row in found) / len(found)

    losses = widened(rates, loss)
    return table, min(losses, key=lambda lr: losses[lr])


def study_table() -> list[Row]:
    """Return the rows of all digits: sizes and rates, more epochs, other splits."""
    table, chosen = study_rows((1, 0), RATES)[0], {}
    for size in [(width, depth) for width in WIDTHS for depth in DEPTHS]:
        found, chosen[size] = study_rows(size, RATES)
        table += found
    for shuffle in SPLITS:
        for size in SPLIT_SIZES:
            table += study_run(size, chosen[size], shuffle=shuffle)
    table += study_run((32, 1), chosen[32, 1], shuffle=None)
    for size in LONG:
        table += study_rows(size, LONG_RATES, 10 * EPOCHS)[0]
    return table


def sine_rows(
    what: str, start: str, width: int, lr: float, seeds: range, steps: int = STEPS
) -> list[Row]:
    """Return a row for each network that learns a sine."""
    key = [what, start, width, f"{lr:.6g}", steps]

    def make() -> list[Row]:
        spread = start == "spread"
        theta = (
            built_start(width)
            if start == "built"
            else drawn_starts(width, seeds, spread=spread)
        )
        fits = fit_sine(Adam(lr), theta, steps)
        errors = ([f"{v:.5g}" for v in told.tolist()] for told in fits[1:3])
        counts = (told.tolist() for told in fits[3:])
        rows = zip(seeds, *errors, *counts, strict=True)
        return [[*key, *row] for row in rows]

    return run(key, make)


def best_sine(width: int) -> list[Row]:
    """Return the rows of all rates, and of fresh networks at the best of them.

    The best has the least mean of the largest errors.
    """
    table: list[Row] = []

    def loss(lr: float) -> float:
        found = sine_rows("rate", "drawn", width, lr, SEEDS)
        table.extend(found)
        return sum(float(row[7]) for row in found) / len(found)

    losses = widened(SINE_RATES, loss)
    best = min(losses, key=lambda lr: losses[lr])
    return table + sine_rows("fresh", "drawn", width, best, FRESH)


def sine_table() -> list[Row]:
    """Return the rows of all sines: sixteen rectifiers at every rate, and more."""
    table: list[Row] = []
    for start, seeds in (("drawn", PAIRED), ("spread", PAIRED), ("built", range(1))):
        for lr in ALL_SINE_RATES:
            table += sine_rows("fresh", start, 16, lr, seeds)
    for start in ("drawn", "spread"):
        table += sine_rows("fresh", start, 16, SLOW, PAIRED[:20], 10 * STEPS)
    for width in UNITS:
        table += best_sine(width)
    return table


def write(name: str, head: str, rows: list[Row]) -> None:
    """Write a table into data/trained."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head.split(), *rows])


def main() -> int:
    """Train for a while; at the end write the tables, the record, and the hashes."""
    torch.set_num_threads(1)
    if KEPT.is_file():
        kept.update(json.loads(KEPT.read_text(encoding="utf-8")))
    seeds = [*SEEDS, *PAIRED]
    training = Training(__file__, seeds=seeds, earlier=kept["seconds"])
    try:
        sine, table = sine_table(), study_table()
    except EnoughError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    write(SINE, "what start width lr steps seed loss worst inside dead", sine)
    head = "split width depth lr epochs seed training validation test"
    write(STUDY, head, table)
    training.write([STUDY, SINE])
    print(json.dumps(training.record["files"], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
