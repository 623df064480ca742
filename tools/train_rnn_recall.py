"""Train what the page on memory shows: who recalls a symbol after 30 steps, and when.

python -m tools.train_rnn_recall --for 60   works for a minute of CPU, then stops; call
                                            it again until it says that it is done

It writes code/ml2020/data/trained/rnn_recall.csv, and its record once all is there. The
loader, ml2020/data/rnn_runs.py, holds the file's sha256, printed at the end. What was
done so far is kept in _build/rnn_recall.json.

Each kind gets the same grid of rates, widened until the best lies inside; the best is
the one with the most networks that solve the task, then the one at which those took the
fewest updates; if none does, the one at which most is recalled.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import torch

from ml2020.optimization import Adam
from ml2020.rnn import RECALL_SIZES, learn_recall, networks
from ml2020.support.rates import widened
from tools.trained import Training

NAME = "rnn_recall.csv"
KEPT = Path("_build/rnn_recall.json")
SEEDS = range(5)
RATES = [0.001 * 3**k for k in range(-1, 5)]
T, STEPS = 30, 600
CONTESTANTS: dict[str, tuple[str, float | None]] = {
    "Elman": ("Elman", None),
    "IRNN": ("IRNN", None),
    "LSTM": ("LSTM", None),
    "LSTM, bias 1": ("LSTM", 1.0),
    "LSTM, bias 3": ("LSTM", 3.0),
    "GRU": ("GRU", None),
    "GRU, bias 3": ("GRU", 3.0),
}
Row = list[Any]


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


class Runs:
    """The runs, each made once; those of earlier calls are read from a file."""

    def __init__(self, training: Training, until: float) -> None:
        self.training, self.until = training, until
        # What a run computes hangs on the package, and on what is in its key.
        code = training.record["code"].items()
        self.code = {
            name: found for name, found in code if not name.startswith("tools/")
        }
        self.rows: dict[str, list[Row]] = {}
        if KEPT.exists():
            kept = json.loads(KEPT.read_text(encoding="utf-8"))
            if kept["code"] == self.code:
                self.rows, training.earlier = kept["rows"], kept["seconds"]
        self.until += training.earlier

    def of(self, name: str, lr: float, steps: int) -> list[Row]:
        """Return a row for each network of a contestant at a rate."""
        key = f"{name} {lr:.6g} {steps}"  # of sequences of 30, five seeds
        if key not in self.rows:
            if self.training.seconds > self.until:
                raise OutOfTimeError
            self.rows[key] = self.trained(name, lr, steps)
            solved = [row[4] for row in self.rows[key]]
            print(key, solved, f"{self.training.seconds:.0f}", flush=True)
            kept = {"code": self.code, "rows": self.rows}
            kept["seconds"] = self.training.seconds
            KEPT.parent.mkdir(exist_ok=True)
            KEPT.write_text(json.dumps(kept), encoding="utf-8")
        return self.rows[key]

    def trained(self, name: str, lr: float, steps: int) -> list[Row]:
        """Return a row for each network, trained now."""
        kind, bias = CONTESTANTS[name]
        theta = networks(kind, RECALL_SIZES, list(SEEDS), bias)
        dice = torch.Generator().manual_seed(10_000)
        end = learn_recall(theta, kind, Adam(lr=lr), T, steps, generator=dice)
        pairs = zip(end.solved.tolist(), end.share.tolist(), strict=True)
        return [
            [name, f"{lr:.6g}", steps, seed, solved, f"{share:.4f}"]
            for seed, (solved, share) in enumerate(pairs)
        ]

    def cost(self, name: str, lr: float) -> float:
        """Return what is to be small; a failing network costs more than any other."""
        rows = self.of(name, lr, STEPS)
        solved = [row[4] for row in rows if row[4] > 0]
        missed = 1 - sum(float(row[5]) for row in rows) / len(rows)
        taken = sum(solved) / len(solved) if solved else missed
        return (len(rows) - len(solved)) * 10.0 * STEPS + taken


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    training = Training(__file__, seeds=list(SEEDS))
    runs, table = Runs(training, options.seconds), []
    try:
        for name in CONTESTANTS:
            costs = widened(RATES, lambda lr, name=name: runs.cost(name, lr))
            for lr in sorted(costs):
                table += runs.of(name, lr, STEPS)
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    head = "name lr steps seed solved share".split()
    print(training.write_table(NAME, head, table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
