"""Train what the page on the race shows: every rule, every rate, ten networks.

python -m tools.train_optimization_race   some ten minutes of CPU

It writes code/ml2020/data/trained/optimization_race_runs.csv. Its loader,
ml2020/data/optimization_runs.py, holds the file's sha256, which is printed at the end.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import torch

from ml2020.gradient_descent import Rule
from ml2020.optimization.adam import Adam
from ml2020.optimization.adamw import AdamW
from ml2020.optimization.clothes import small_clothes
from ml2020.optimization.l2 import L2
from ml2020.optimization.race import race, racers
from ml2020.support.rates import widened
from tools.trained import Training

NAME = "optimization_race_runs.csv"
SEEDS = range(10)
RATES = [0.001 * 3**k for k in range(6)]
LONG = ("SGDM", "Adam")  # the run of ten times the passes
Row = list[Any]

data = small_clothes(3000, 2000)


def rows(
    what: str, name: str, rule: Rule[Any], lr: float, passes: int, decay: float = 0.0
) -> Iterator[Row]:
    """Yield a row for each network of one run."""
    scores = race(rule, data, SEEDS, passes)
    print(f"{what} {name} {lr:.4g} {decay:g}", scores.choose.mean().item(), flush=True)
    for seed in SEEDS:
        shares = (scores.choose[seed], scores.judge[seed], scores.learn[seed])
        ways = scores.losses[:, seed]
        rises = (ways.diff() > 0).sum().item()
        numbers = (*shares, ways[0], ways[-1])
        told = [f"{number.item():.5g}" for number in numbers]
        yield [what, name, f"{lr:.6g}", f"{decay:g}", passes, seed, *told, rises]


def all_rates(
    what: str, name: str, make: Callable[[float], Rule[Any]], passes: int
) -> list[Row]:
    """Return the rows of all rates, and of more until the best is not at the edge."""
    table: list[Row] = []

    def loss(lr: float) -> float:
        table.extend(found := list(rows(what, name, make(lr), lr, passes)))
        return -sum(float(row[6]) for row in found) / len(found)

    widened(RATES, loss)
    return table


def main() -> int:
    """Train, write the table and its record, and print the table's hash."""
    torch.set_num_threads(1)
    training = Training(__file__, seeds=list(SEEDS))
    table = []
    for name, make in racers().items():
        table += all_rates("race", name, make, 10)
    for name in LONG:
        table += all_rates("long", name, racers()[name], 100)
    for lr in (0.001, 0.003, 0.009):
        for decay in (1e-4, 1e-3, 1e-2, 1e-1):
            table += rows("decay", "L2", L2(Adam(lr), decay), lr, 20, decay)
        for decay in (0.01, 0.1, 1.0, 10.0):
            rule = AdamW(lr, weight_decay=decay)
            table += rows("decay", "AdamW", rule, lr, 20, decay)
    head = "what rule lr decay passes seed choose judge learn first last rises".split()
    print(training.write_table(NAME, head, table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
