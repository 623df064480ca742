"""Train the memory networks of the page on attention.

python -m tools.train_rnn_attention_others --for 60   works for a minute of CPU, then
                                                      stops; call it again until it
                                                      says that it is done

It writes code/ml2020/data/trained/rnn_attention_others.csv, and its record once all is
there. The loader, ml2020/data/rnn_attention_runs.py, holds the file's sha256, printed
at the end. What was done so far is kept in _build/rnn_attention_others.json.

A row is a network. Those with one hop and with two have the same rates, which get more
until the best of each lies inside; four networks choose, in as many updates; twelve
others are judged, and again in three times as many, and once more with the first hop
told where to look for a while.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from ml2020.rnn.memory_network import drawn_memory
from ml2020.rnn.memory_network_learning import learned_memory, share_answered
from ml2020.rnn.stories import ROOMS, SENTENCES, WORDS, story_batch
from ml2020.support.rates import widened
from tools.trained_runs import Row, Runs, worked

NAME = "rnn_attention_others.csv"
KEPT = Path("_build/rnn_attention_others.json")
HOPS = (1, 2)
RATES = [0.0011 * 3**k for k in range(5)]
UPDATES, JUDGED = 500, 1000  # updates; stories
CHOOSERS, SEEDS = range(100, 104), range(12)
LONG = 1500  # updates of as many networks, to see whether the verdict stays
TOLD = 150  # updates in which the first hop is told where to look


def answers(hops: int, lr: float, updates: int, seeds: range, told: int = 0) -> Row:
    """Return the share of questions that each network answers wrongly."""
    memory = drawn_memory(hops, len(WORDS), SENTENCES, len(ROOMS), seeds)
    dice = torch.Generator().manual_seed(seeds[0])
    memory = learned_memory(memory, "thing", lr, updates, told=told, generator=dice)
    return (1 - share_answered(memory, story_batch(JUDGED, generator=dice))).tolist()


class Table:
    """What is written: rates are chosen first, then networks are judged."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs

    def of(self, run: Callable[..., Row], *settings: Any) -> Row:
        """Return what one run gives."""
        return self.runs.of(f"{run.__name__} {settings}", lambda: run(*settings))

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
        for hops, costs in self.rates().items():
            best = min(costs, key=lambda lr: costs[lr])
            runs = [(lr, UPDATES, CHOOSERS, "choose") for lr in sorted(costs)]
            runs += [(best, updates, SEEDS, "judge") for updates in (UPDATES, LONG)]
            for lr, updates, seeds, part in runs:
                wrong = self.of(answers, hops, round(lr, 6), updates, seeds)
                for seed, share in zip(seeds, wrong, strict=True):
                    settings = [f"{hops} hops", part, f"{lr:.6g}", updates]
                    found.append([*settings, seed, f"{share:.5f}"])
        wrong = self.of(answers, 2, round(best, 6), UPDATES, SEEDS, TOLD)
        for seed, share in zip(SEEDS, wrong, strict=True):
            settings = ["2 hops, told", "judge", f"{best:.6g}", UPDATES, seed]
            found.append([*settings, f"{share:.5f}"])
        return found


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    made = worked(__file__, KEPT, lambda runs: Table(runs).table(), seeds=SEEDS)
    if made is None:
        return 1
    training, table = made
    head = "name part lr updates seed wrong".split()
    print(training.write_table(NAME, head, table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
