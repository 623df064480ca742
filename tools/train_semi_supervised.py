"""Train what the page on semi-supervised learning shows: digits with few labels.

python -m tools.train_semi_supervised --for 60   works for a minute of CPU, then stops;
                                                 call it until it says that it is done
                                  --labels 10 20 leaves the larger tables out

It writes code/ml2020/data/trained/semi_supervised_runs.csv and its record. The loader,
ml2020/data/semi_supervised_runs.py, holds the sha256, printed at the end. What was done
so far is kept in _build/semi_supervised.

Each way to learn gets a grid of one setting, the same with any number of labels. For
networks, the rate of Adam is chosen before, at 20 labels: that of the best mean over
many pictures, with one of three settings, on five draws of the pictures that do not
come back. Ten times the steps are tried at 20 labels, with the setting that is best
there over many pictures.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from ml2020.semi_supervised.alone import ALONE
from ml2020.semi_supervised.contest import contest
from ml2020.semi_supervised.digit_task import digit_task
from ml2020.semi_supervised.extras import EXTRAS
from tools.trained import Training

KEPT = Path("_build/semi_supervised/rows.json")
SEEDS, OTHERS = list(range(8)), list(range(100, 105))
LABELS = (10, 20, 50, 100)
STEPS, LONGER = 300, 10
RATES = (0.001, 0.003, 0.009, 0.027)
GRIDS = {
    "Gaussians": (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
    "EM": (0.001, 0.003, 0.01, 0.03, 0.1),
    "SVM": (0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
    "flipping": (0.01, 0.03, 0.1, 0.3),
    "directions": (5, 10, 15, 20, 30, 40),
    "nearest label": (0,),
    "harmonic": (1, 2, 3, 5, 10, 20),
    "labels only": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2),
    "hard labels": (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
    "true where sure": (0.01, 0.03, 0.1, 0.3, 1.0),
    "entropy": (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
    "neighbours": (0.1, 0.3, 1.0, 3.0, 10.0),
    "labels only, moved": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
    "consistency": (0.03, 0.1, 0.3, 1.0, 3.0),
}
LATE = ("labels only", "hard labels")
HEAD = "what name labels strength lr steps seed few many judge".split()
Row = list[Any]


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


class Runs:
    """The runs, each made once; those of earlier calls are read from a file."""

    def __init__(self, training: Training, until: float) -> None:
        self.training = training
        self.rows: dict[str, list[Row]] = {}
        # What a run computes hangs on the package, and on what is in its key.
        code = training.record["code"].items()
        self.code = {name: v for name, v in code if not name.startswith("tools/")}
        if KEPT.exists():
            kept = json.loads(KEPT.read_text(encoding="utf-8"))
            if self.code.items() <= kept["code"].items():
                self.rows, training.earlier = kept["rows"], kept["seconds"]
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        self.until = until + training.earlier

    def of(
        self, what: str, name: str, labels: int, strength: float, lr: float, steps: int
    ) -> list[Row]:
        """Return a row for each seed."""
        start = [what, name, labels, f"{strength:g}", f"{lr:g}", steps]
        key = " ".join(map(str, start))
        if key not in self.rows:
            if self.training.seconds > self.until:
                raise OutOfTimeError
            seeds = OTHERS if what == "rate" else SEEDS
            tasks = [digit_task(labels, seed) for seed in seeds]
            found = contest(name, tasks, strength, lr, steps, seeds)
            self.rows[key] = [
                [*start, seed, *(f"{share:.4f}" for share in shares)]
                for seed, shares in zip(seeds, found, strict=True)
            ]
            mean = sum(shares.judge for shares in found) / len(found)
            print(key, f"{mean:.3f}", f"{self.training.seconds:.0f}", flush=True)
            kept = {"code": self.code, "rows": self.rows}
            kept["seconds"] = self.training.seconds
            KEPT.write_text(json.dumps(kept), encoding="utf-8")
        return self.rows[key]

    def best_rate(self, name: str, table: list[Row]) -> float:
        """Return the rate at which the best setting is best."""
        found = {}
        for lr in RATES:
            for strength in GRIDS[name][1:4]:
                rows = self.of("rate", name, 20, strength, lr, STEPS)
                table += rows
                found[lr, strength] = sum(float(row[8]) for row in rows)
        return max(found, key=lambda pair: found[pair])[0]


def all_of(runs: Runs, amounts: Sequence[int]) -> list[Row]:
    """Return the table of all runs, with so many labels."""
    table: list[Row] = []
    rates = {name: 0.0 for name in ALONE}
    rates |= {name: runs.best_rate(name, table) for name in GRIDS if name in EXTRAS}
    for labels in amounts:
        for name, grid in GRIDS.items():
            if name == "true where sure" and labels > 20:
                continue  # a control: nobody could learn so
            for strength in grid:
                table += runs.of("table", name, labels, strength, rates[name], STEPS)
    for name in LATE:
        strength, steps = best_strength(table, name), LONGER * STEPS
        table += runs.of("long", name, 20, strength, rates[name], steps)
    return table


def best_strength(table: list[Row], name: str) -> float:
    """Return the setting with the best mean over many pictures, at 20 labels."""
    found = {strength: 0.0 for strength in GRIDS[name]}
    for row in table:
        if row[:3] == ["table", name, 20]:
            found[float(row[3])] += float(row[8])
    return max(found, key=lambda strength: found[strength])


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    parser.add_argument("--labels", type=int, nargs="+", default=LABELS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    training = Training(__file__, seeds=[*SEEDS, *OTHERS])
    runs = Runs(training, options.seconds)
    try:
        table = all_of(runs, options.labels)
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    print(training.write_table("semi_supervised_runs.csv", HEAD, table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
