"""Train what the page on memory shows: who recalls a symbol over 29 steps, and when.

python -m tools.train_rnn_recall --for 60   works for a minute of CPU, then stops; call
                                            it again until it says that it is done

It writes code/ml2020/data/trained/rnn_recall.csv, and its record once all is there. The
loader, ml2020/data/rnn_runs.py, holds the file's sha256, printed at the end. What was
done so far is kept in _build/rnn_recall.json.

All kinds that learn by Adam have the same rates, and get more until the best of each
kind lies inside; momentum, whose rates mean something else, has a grid of its own. The
best rate of a kind is the one with the most networks that solve the task, then the one
at which those took the fewest updates; if none does, the one at which most is recalled.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ml2020.gradient_descent import Rule
from ml2020.optimization import SGDM, Adam
from ml2020.rnn import RECALL_SIZES, Sizes, learn_recall, networks
from ml2020.support.rates import widened
from tools.trained import Training

NAME = "rnn_recall.csv"
KEPT = Path("_build/rnn_recall.json")
SEEDS = range(5)
RATES = [0.001 * 3**k for k in range(-1, 9)]
T, STEPS = 30, 600
MORE_UNITS = Sizes(RECALL_SIZES.inputs, 36, RECALL_SIZES.outputs)


class Contestant(NamedTuple):
    """A kind of network, and how it begins and learns."""

    kind: str
    bias: float | None = None
    sizes: Sizes = RECALL_SIZES
    rule: Rule[Any] = Adam(lr=1.0)


CONTESTANTS = {
    "Elman": Contestant("Elman"),
    "Elman, 36 units": Contestant("Elman", sizes=MORE_UNITS),
    "Elman, orthogonal": Contestant("orthogonal"),
    "IRNN": Contestant("IRNN"),
    "LSTM": Contestant("LSTM"),
    "LSTM, bias 1": Contestant("LSTM", 1.0),
    "LSTM, bias 3": Contestant("LSTM", 3.0),
    "GRU": Contestant("GRU"),
    "GRU, bias 3": Contestant("GRU", 3.0),
    "GRU, momentum": Contestant("GRU", rule=SGDM(lr=1.0)),
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

    def of(self, name: str, rates: list[float], steps: int) -> list[list[Row]]:
        """Return the rows of a contestant for each rate: one for each network."""
        keys = [f"{name} {lr:.6g} {steps}" for lr in rates]  # sequences of 30
        new = [key not in self.rows for key in keys]
        if any(new):
            if self.training.seconds > self.until:
                raise OutOfTimeError
            left = [lr for lr, wanted in zip(rates, new, strict=True) if wanted]
            for lr, rows in zip(left, self.trained(name, left, steps), strict=True):
                self.rows[f"{name} {lr:.6g} {steps}"] = rows
                print(name, f"{lr:.6g}", steps, *(row[4:] for row in rows))
            print(f"{self.training.seconds:.0f} seconds", flush=True)
            kept = {"code": self.code, "rows": self.rows}
            kept["seconds"] = self.training.seconds
            KEPT.parent.mkdir(exist_ok=True)
            KEPT.write_text(json.dumps(kept), encoding="utf-8")
        return [self.rows[key] for key in keys]

    def trained(self, name: str, rates: list[float], steps: int) -> list[list[Row]]:
        """Return these rows, trained now, all networks side by side."""
        kind, bias, sizes, rule = CONTESTANTS[name]
        theta = networks(kind, sizes, list(SEEDS), bias).repeat(len(rates), 1)
        at = torch.tensor(rates, dtype=torch.float32)
        at = at.repeat_interleave(len(SEEDS))[:, None]
        dice = torch.Generator().manual_seed(10_000)
        end = learn_recall(
            theta, kind, AtRates(rule, at), T, steps, sizes=sizes, generator=dice
        )
        ends = list(zip(end.solved.tolist(), end.share.tolist(), strict=True))
        return [
            [
                [name, f"{lr:.6g}", steps, seed, solved, f"{share:.4f}"]
                for seed, (solved, share) in enumerate(ends[len(SEEDS) * k :][:5])
            ]
            for k, lr in enumerate(rates)
        ]

    def cost(self, name: str, lr: float) -> float:
        """Return what is to be small; a failing network costs more than any other."""
        (rows,) = self.of(name, [lr], STEPS)
        solved = [row[4] for row in rows if row[4] > 0]
        missed = 1 - sum(float(row[5]) for row in rows) / len(rows)
        taken = sum(solved) / len(solved) if solved else missed
        return (len(rows) - len(solved)) * 10.0 * STEPS + taken

    def grid(
        self, names: list[str], rates: list[float]
    ) -> dict[str, dict[float, float]]:
        """Return the cost of each rate, the same rates for all these contestants."""
        while True:
            for name in names:
                self.of(name, rates, STEPS)
            costs = {
                name: widened(rates, lambda lr, name=name: self.cost(name, lr))
                for name in names
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
    training = Training(__file__, seeds=list(SEEDS))
    runs, table = Runs(training, options.seconds), []
    try:
        by_adam = [name for name in CONTESTANTS if "momentum" not in name]
        costs = runs.grid(by_adam, RATES)
        costs |= runs.grid(["GRU, momentum"], [100 * lr for lr in RATES])
        for name, found in costs.items():
            for rows in runs.of(name, sorted(found), STEPS):
                table += rows
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    head = "name lr steps seed solved share".split()
    print(training.write_table(NAME, head, table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
