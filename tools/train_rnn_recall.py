"""Train what the page on memory shows: who recalls a symbol over 29 steps, and when.

python -m tools.train_rnn_recall --for 60   works for a minute of CPU, then stops; call
                                            it again until it says that it is done

It writes code/ml2020/data/trained/rnn_recall.csv, and its record once all is there. The
loader, ml2020/data/rnn_runs.py, holds the file's sha256, printed at the end. What was
done so far is kept in _build/rnn_recall.json.

The rate of a kind is chosen on five networks: all kinds have the same rates, and get
more until the best of each lies inside. The best is the one with the most networks that
solve the task, then the one at which those took the fewest updates; if none does, the
one at which most is recalled. At that rate the kind is judged: on twenty other networks
and other sequences.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ml2020.gradient_descent import Rule
from ml2020.optimization import Adam
from ml2020.rnn import RECALL_SIZES, learn_recall, networks
from ml2020.support.rates import widened
from tools.trained import Training

NAME = "rnn_recall.csv"
KEPT = Path("_build/rnn_recall.json")
RATES = [0.001 * 3**k for k in range(-1, 9)]
T, STEPS = 30, 600


class Stage(NamedTuple):
    """Which networks learn, and the seed of their sequences."""

    seeds: range
    dice: int


STAGES = {
    "choose": Stage(range(5), 10_000),
    "judge": Stage(range(100, 120), 20_000),
}


class Contestant(NamedTuple):
    """A kind of network, and how it begins."""

    kind: str
    bias: float | None = None
    orthogonal: str | None = None


CONTESTANTS = {
    "Elman": Contestant("Elman"),
    "Elman, orthogonal": Contestant("Elman", None, "blocks"),
    "GRU": Contestant("GRU"),
    "LSTM": Contestant("LSTM"),
    "LSTM, bias 1": Contestant("LSTM", 1.0),
    "LSTM, bias 3": Contestant("LSTM", 3.0),
    "LSTM, orthogonal": Contestant("LSTM", None, "blocks"),
    "LSTM, orthogonal, bias 1": Contestant("LSTM", 1.0, "blocks"),
    "LSTM, whole, bias 1": Contestant("LSTM", 1.0, "whole"),
}
Row = list[Any]


class AtRates(NamedTuple):
    """A rule whose steps grow with its rate, with a rate for each network."""

    rule: Rule[Any]
    rates: Tensor  # (networks, 1)

    def init(self, theta: Tensor) -> Any:
        """Return the memory of parameters that have not moved yet."""
        return self.rule.init(theta)

    def step(self, theta: Tensor, g: Tensor, memory: Any) -> tuple[Tensor, Any]:
        """Return theta after one step, and the new memory."""
        movement, memory = self.rule.step(torch.zeros_like(theta), g, memory)
        return theta + self.rates * movement, memory


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


class Runs:
    """The runs, each made once; those of earlier calls are read from a file."""

    def __init__(self, training: Training, until: float) -> None:
        self.training, self.until = training, until
        # What a run computes hangs on the package, on these settings, and on its key.
        code = training.record["code"].items()
        self.code = {
            name: found for name, found in code if not name.startswith("tools/")
        }
        self.code["settings"] = repr((T, STEPS, STAGES, CONTESTANTS))
        self.rows: dict[str, list[Row]] = {}
        if KEPT.exists():
            kept = json.loads(KEPT.read_text(encoding="utf-8"))
            if kept["code"] == self.code:
                self.rows, training.earlier = kept["rows"], kept["seconds"]
        self.until += training.earlier

    def of(self, stage: str, name: str, rates: list[float]) -> list[list[Row]]:
        """Return the rows of a contestant for each rate: one for each network."""
        keys = [f"{stage} {name} {lr:.6g}" for lr in rates]
        if any(key not in self.rows for key in keys):
            if self.training.seconds > self.until:
                raise OutOfTimeError
            left = [lr for lr, k in zip(rates, keys, strict=True) if k not in self.rows]
            for lr, rows in zip(left, self.trained(stage, name, left), strict=True):
                self.rows[f"{stage} {name} {lr:.6g}"] = rows
                print(stage, name, f"{lr:.6g}", *(row[5:] for row in rows))
            print(f"{self.training.seconds:.0f} seconds", flush=True)
            kept = {"code": self.code, "rows": self.rows}
            kept["seconds"] = self.training.seconds
            KEPT.parent.mkdir(exist_ok=True)
            KEPT.write_text(json.dumps(kept), encoding="utf-8")
        return [self.rows[key] for key in keys]

    def trained(self, stage: str, name: str, rates: list[float]) -> list[list[Row]]:
        """Return these rows, trained now, all networks side by side."""
        kind, bias, orthogonal = CONTESTANTS[name]
        seeds, dice = STAGES[stage]
        theta = networks(kind, RECALL_SIZES, list(seeds), bias, orthogonal)
        at = torch.tensor(rates, dtype=torch.float32)
        at = at.repeat_interleave(len(seeds))[:, None]
        roll = torch.Generator().manual_seed(dice)
        rule = AtRates(Adam(lr=1.0), at)
        end = learn_recall(
            theta.repeat(len(rates), 1), kind, rule, T, STEPS, generator=roll
        )
        pairs = zip(end.solved.tolist(), end.share.tolist(), strict=True)
        return [
            [
                [stage, name, f"{lr:.6g}", STEPS, seed, solved, f"{share:.4f}"]
                for seed, (solved, share) in zip(seeds, pairs, strict=False)
            ]
            for lr in rates
        ]

    def cost(self, name: str, lr: float) -> float:
        """Return what is to be small; a failing network costs more than any other."""
        (rows,) = self.of("choose", name, [lr])
        solved = [row[5] for row in rows if row[5] > 0]
        missed = 1 - sum(float(row[6]) for row in rows) / len(rows)
        taken = sum(solved) / len(solved) if solved else missed
        return (len(rows) - len(solved)) * 10.0 * STEPS + taken

    def grid(self, rates: list[float]) -> dict[str, dict[float, float]]:
        """Return the cost of each rate, the same rates for all contestants."""
        while True:
            for name in CONTESTANTS:
                self.of("choose", name, rates)
            costs = {
                name: widened(rates, lambda lr, name=name: self.cost(name, lr))
                for name in CONTESTANTS
            }
            wanted = sorted({lr for found in costs.values() for lr in found})
            if wanted == rates:
                return costs
            rates = wanted


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    seeds = sorted({seed for stage in STAGES.values() for seed in stage.seeds})
    training = Training(__file__, seeds=seeds)
    runs, table = Runs(training, options.seconds), []
    try:
        costs = runs.grid(RATES)
        best = {
            name: min(found, key=found.__getitem__) for name, found in costs.items()
        }
        for name, found in costs.items():
            for rows in runs.of("choose", name, sorted(found)):
                table += rows
        for name in CONTESTANTS:
            table += runs.of("judge", name, [best[name]])[0]
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    head = "stage name lr steps seed solved share".split()
    print(training.write_table(NAME, head, table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
