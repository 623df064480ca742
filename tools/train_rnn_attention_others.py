"""Train the others of the page on attention: memory networks, and a table of contexts.

python -m tools.train_rnn_attention_others --for 60   works for a minute of CPU, then
                                                      stops; call it again until it
                                                      says that it is done

It writes code/ml2020/data/trained/rnn_attention_others.csv, and its record once all is
there. The loader, ml2020/data/rnn_attention_runs.py, holds the file's sha256, printed
at the end. What was done so far is kept in _build/rnn_attention_others.json.

A row is a network, or the table. Memory networks with one hop and with two have the
same rates, which get more until the best of each lies inside; four networks choose,
twelve others are judged, in as many updates and in three times as many. How wide the
contexts are is chosen on other words, too.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import torch

from ml2020.rnn.memory_network import drawn_memory
from ml2020.rnn.memory_network_learning import learned_memory, share_answered
from ml2020.rnn.sounds import entries
from ml2020.rnn.sounds_errors import error_rates
from ml2020.rnn.sounds_table import Table, aligned
from ml2020.rnn.stories import ROOMS, SENTENCES, WORDS, story_batch
from ml2020.support.rates import widened
from tools.trained import Training

NAME = "rnn_attention_others.csv"
KEPT = Path("_build/rnn_attention_others.json")
HOPS = (1, 2)
RATES = [0.0033 * 3**k for k in range(5)]
UPDATES, JUDGED = 500, 1000  # updates; stories
CHOOSERS, SEEDS = range(100, 104), range(12)
LONG = 1500  # updates of as many networks, to see whether the verdict stays
WIDEST = 7  # letters on each side
Row = list[Any]


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


def answers(hops: int, lr: float, updates: int, seeds: range) -> Row:
    """Return the share of questions that each network answers wrongly."""
    memory = drawn_memory(hops, len(WORDS), SENTENCES, len(ROOMS), seeds)
    dice = torch.Generator().manual_seed(seeds[0])
    memory = learned_memory(memory, "thing", lr, updates, generator=dice)
    return (1 - share_answered(memory, story_batch(JUDGED, generator=dice))).tolist()


def contexts() -> Row:
    """Return the error rates of tables with contexts of 0, 1, ... letters each side.

    First on the words that choose, then on those that judge.
    """
    learn = entries("learn")
    found, rates = Table(learn, aligned(learn), WIDEST), []
    for part in ("choose", "judge"):
        right = [entry.phones for entry in entries(part)]
        for k in range(WIDEST + 1):
            said = [found(entry.word, k) for entry in entries(part)]
            rates.append([part, k, *error_rates(said, right)])
    return rates


class Runs:
    """The runs, each made once; those of earlier calls are read from a file."""

    def __init__(self, training: Training, until: float) -> None:
        self.training, self.until, self.rows = training, until, {}
        code = training.record["code"].items()
        self.code = {n: found for n, found in code if not n.startswith("tools/")}
        if KEPT.exists():
            kept = json.loads(KEPT.read_text(encoding="utf-8"))
            if kept["code"] == self.code:
                self.rows, training.earlier = kept["rows"], kept["seconds"]
        self.until += training.earlier

    def of(self, run: Any, *settings: Any) -> Row:
        """Return what one run gives."""
        key = f"{run.__name__} {settings}"
        if key not in self.rows:
            if self.training.seconds > self.until:
                raise OutOfTimeError
            self.rows[key] = run(*settings)
            print(key, self.rows[key], f"{self.training.seconds:.0f} s", flush=True)
            kept = {"code": self.code, "rows": self.rows}
            kept["seconds"] = self.training.seconds
            KEPT.parent.mkdir(exist_ok=True)
            KEPT.write_text(json.dumps(kept), encoding="utf-8")
        return self.rows[key]

    def cost(self, hops: int, lr: float) -> float:
        """Return the mean share of wrong answers of those that choose."""
        wrong = self.of(answers, hops, round(lr, 6), UPDATES, CHOOSERS)
        return sum(wrong) / len(wrong)

    def rates(self) -> dict[int, dict[float, float]]:
        """Return the cost of each rate, the same rates for one hop and for two."""
        tried = list(RATES)
        while True:
            costs = {
                hops: widened(tried, lambda lr, hops=hops: self.cost(hops, lr))
                for hops in HOPS
            }
            wanted = sorted({lr for found in costs.values() for lr in found})
            if wanted == tried:
                return costs
            tried = wanted

    def table(self) -> list[Row]:
        """Return all rows."""
        found: list[Row] = []
        for part, k, *errors in self.of(contexts):
            settings = [f"context {k}", part, 0, 1, 0]  # no rate
            found.append([*settings, *(f"{error:.5f}" for error in errors)])
        for hops, costs in self.rates().items():
            best = min(costs, key=lambda lr: costs[lr])
            runs = [(lr, UPDATES, CHOOSERS, "choose") for lr in sorted(costs)]
            runs += [(best, updates, SEEDS, "judge") for updates in (UPDATES, LONG)]
            for lr, updates, seeds, part in runs:
                wrong = self.of(answers, hops, round(lr, 6), updates, seeds)
                for seed, share in zip(seeds, wrong, strict=True):
                    settings = [f"{hops} hops", part, f"{lr:.6g}", updates]
                    found.append([*settings, seed, "nan", f"{share:.5f}"])
        return found


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    training = Training(__file__, seeds=list(SEEDS))
    try:
        table = Runs(training, options.seconds).table()
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    head = "name part lr updates seed symbols sequences".split()
    print(training.write_table(NAME, head, table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
