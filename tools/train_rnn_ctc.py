"""Train what the page on CTC shows: readers of lines of digits, by three teachers.

python -m tools.train_rnn_ctc --for 60   works for a minute of CPU, then stops; call it
                                         again until it says that it is done

It writes code/ml2020/data/trained/rnn_ctc_runs.csv, rnn_ctc_silence.csv and
rnn_ctc_readers.npz, and their record once all is there. The loader,
ml2020/data/rnn_ctc_runs.py, holds the sha256 of each, printed at the end. What was done
so far is kept in _build/rnn_ctc.

Each teacher gets the same grid of rates, widened until the best lies inside; the best
is the one with the least error on lines to choose by, of digits that no network learned
from and that do not judge.
"""

import argparse
import json
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ml2020.optimization import Adam
from ml2020.rnn import (
    Lines,
    error_rate,
    fresh_readers,
    part_lines,
    read_lines,
    taught,
)
from ml2020.support.rates import widened
from tools.trained import Training, sha256

KEPT = Path("_build/rnn_ctc")
SEEDS = range(5)
RATES = [0.001 * 3**k for k in (2, 3, 1)]  # the likeliest first
STEPS, BATCH, LINES = 300, 16, 300
EVERY = 10  # updates, of which one row of the table of silence is kept
GRID = ("CTC", "even marks", "true marks")
WHAT = ("readers.npz", "silence.csv", "runs.csv")
Row = list[Any]


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


def dice(seed: int) -> torch.Generator:
    """Return a generator."""
    return torch.Generator().manual_seed(seed)


class Runs:
    """The runs, each made once; those of earlier calls are read from files."""

    def __init__(self, training: Training, until: float) -> None:
        self.training = training
        self.lines = {
            part: part_lines(part, LINES, generator=dice(20_000 + k))
            for k, part in enumerate(("choose", "judge"))
        }
        # What a run computes hangs on the package, and on what is in its key.
        code = training.record["code"].items()
        self.code = {
            name: found for name, found in code if not name.startswith("tools/")
        }
        self.rows: dict[str, list[Row]] = {}
        KEPT.mkdir(parents=True, exist_ok=True)
        if (KEPT / "rows.json").exists():
            kept = json.loads((KEPT / "rows.json").read_text(encoding="utf-8"))
            if kept["code"] == self.code:
                self.rows, training.earlier = kept["rows"], kept["seconds"]
        self.until = until + training.earlier

    def of(self, name: str, lr: float, steps: int) -> list[Row]:
        """Return a row for each network of a teacher at a rate."""
        key = f"{name} {lr:.6g} {steps}"  # fresh lines, 16 at a time, five seeds
        if key not in self.rows:
            if self.training.seconds > self.until:
                raise OutOfTimeError
            self.rows[key] = self.trained(name, lr, steps, key)
            errors = [row[5] for row in self.rows[key]]
            print(key, errors, f"{self.training.seconds:.0f}", flush=True)
            kept = {"code": self.code, "rows": self.rows}
            kept["seconds"] = self.training.seconds
            (KEPT / "rows.json").write_text(json.dumps(kept), encoding="utf-8")
        return self.rows[key]

    def trained(self, name: str, lr: float, steps: int, key: str) -> list[Row]:
        """Return a row for each network, trained now; keep its numbers."""
        theta = fresh_readers(list(SEEDS))
        drawn = dice(10_000)
        end = taught(
            theta,
            name,
            Adam(lr=lr),
            lambda: part_lines("learn", BATCH, generator=drawn),
            steps,
        )
        stored = end.theta.half()
        np.savez(KEPT / f"{key}.npz", theta=stored.numpy(), silence=end.silence.numpy())
        errors = {part: self.errors(stored.float(), part) for part in self.lines}
        return [
            [
                name,
                f"{lr:.6g}",
                steps,
                seed,
                *(f"{errors[p][seed]:.4f}" for p in errors),
            ]
            for seed in SEEDS
        ]

    def errors(self, theta: Tensor, part: str) -> list[float]:
        """Return the changes that each network's readings need, for each digit."""
        lines: Lines = self.lines[part]
        return [error_rate(said, lines.texts) for said in read_lines(theta, lines)]

    def cost(self, name: str, lr: float) -> float:
        """Return what is to be small: the mean error on the lines to choose by."""
        errors = [float(row[4]) for row in self.of(name, lr, STEPS)]
        return sum(errors) / len(errors)

    def kept(self, name: str, lr: float, steps: int) -> Any:
        """Return the arrays that a run left behind."""
        return np.load(KEPT / f"{name} {lr:.6g} {steps}.npz", allow_pickle=False)


def all_of(runs: Runs) -> tuple[list[Row], dict[str, float]]:
    """Return the table of all runs, and the best rate of each teacher."""
    table, best = [], {}
    for lr, name in product(RATES, GRID):
        runs.of(name, lr, STEPS)
    for name in GRID:
        costs = widened(RATES, lambda lr, name=name: runs.cost(name, lr))
        best[name] = min(costs, key=lambda lr: costs[lr])
        for lr in sorted(costs):
            table += runs.of(name, lr, STEPS)
    return table, best


def written(runs: Runs, table: list[Row], best: dict[str, float]) -> list[str]:
    """Write the readers at their best rates and both tables; return their names."""
    arrays, silence = {}, []
    for name, lr in best.items():
        found = runs.kept(name, lr, STEPS)
        arrays[name] = found["theta"]
        for step in range(0, STEPS, EVERY):
            for seed in SEEDS:
                share = found["silence"][step, seed]
                silence.append([name, step, seed, f"{share:.4f}"])
    training, names = runs.training, [f"rnn_ctc_{what}" for what in WHAT]
    np.savez_compressed(training.folder / names[0], **arrays)
    training.write_table(names[1], "name step seed silence".split(), silence)
    head = "name lr steps seed choose judge".split()
    training.write_table(names[2], head, table)
    return names


def main() -> int:
    """Work for a while; write what the page shows, and its record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    training = Training(__file__, seeds=list(SEEDS))
    runs = Runs(training, options.seconds)
    try:
        names = written(runs, *all_of(runs))
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    training.write(names)
    for name in names:
        print(name, sha256(training.folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
