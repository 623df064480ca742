"""Train what the page on the race shows: every rule, every rate, ten networks.

python -m tools.train_optimization_race          some twenty minutes of CPU
python -m tools.train_optimization_race --keep   goes on from the committed table

With --keep the runs of a rule are taken over from the table, if the first of them was
trained anew and came out the same to the last digit; of other rules all are made anew.

It writes code/ml2020/data/trained/optimization_race_runs.csv. Its loader,
ml2020/data/optimization_runs.py, holds the file's sha256, which is printed at the end.
"""

import csv
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import torch

from ml2020.gradient_descent import Rule
from ml2020.optimization.adabound import AdaBound
from ml2020.optimization.adam import Adam
from ml2020.optimization.adamw import AdamW
from ml2020.optimization.clothes import small_clothes
from ml2020.optimization.l2 import L2
from ml2020.optimization.network import Schedule
from ml2020.optimization.race import BATCH, race, racers
from ml2020.optimization.schedules import constant_then_fall
from ml2020.support.rates import refined
from tools.trained import FOLDER, Training

NAME = "optimization_race_runs.csv"
SEEDS = range(10)  # of the networks that choose a rate
FRESH = range(100, 120)  # of those that are compared at it
RATES = [0.001 * 3**k for k in range(6)]
LONG = ("SGDM", "Adam")  # the run of ten times the passes
Row = list[Any]

data = small_clothes(3000, 2000)


def falling(name: str, lr: float, passes: int) -> dict[str, Schedule]:
    """Return the schedules of a race in which the rate falls to 0, along a line.

    The second rate of AdaBound falls, too: its bounds would close on it.
    """
    steps = passes * (len(data.X) // BATCH)

    def fall(high: float) -> Schedule:
        return lambda t: constant_then_fall(t, steps, high, steps)

    second = {"final_lr": fall(AdaBound().final_lr)} if name == "AdaBound" else {}
    return {"lr": fall(lr)} | second


def rows(
    what: str,
    name: str,
    rule: Rule[Any],
    lr: float,
    passes: int,
    decay: float = 0.0,
    seeds: Sequence[int] = SEEDS,
) -> list[Row]:
    """Return a row for each network of one run."""
    schedules = falling(name, lr, passes) if what.endswith("fall") else {}
    scores = race(rule, data, seeds, passes, **schedules)
    print(f"{what} {name} {lr:.4g} {decay:g}", scores.choose.mean().item(), flush=True)
    table = []
    for k, seed in enumerate(seeds):
        shares = (scores.choose[k], scores.judge[k], scores.learn[k])
        ways = scores.losses[:, k]
        rises = int((ways.diff() > 0).sum().item())
        numbers = (*shares, ways[0], ways[-1])
        told = [f"{number.item():.5g}" for number in numbers]
        table.append(
            [what, name, f"{lr:.6g}", f"{decay:g}", passes, seed, *told, rises]
        )
    return table


def all_rates(
    what: str,
    name: str,
    make: Callable[[float], Rule[Any]],
    passes: int,
    kept: dict[Any, list[Row]],
) -> list[Row]:
    """Return the rows of all rates, and those of fresh networks at the best.

    There are more until the best is not at the edge, then two finer ones beside it.
    """
    table: list[Row] = []

    def loss(lr: float) -> float:
        found = kept.get((what, name, f"{lr:.6g}", "0", str(passes)))
        table.extend(found := found or rows(what, name, make(lr), lr, passes))
        return -sum(float(row[6]) for row in found) / len(found)

    losses = refined(RATES, loss)
    best, what = min(losses, key=lambda lr: losses[lr]), f"fresh {what}"
    fresh = kept.get((what, name, f"{best:.6g}", "0", str(passes)))
    return table + (fresh or rows(what, name, make(best), best, passes, seeds=FRESH))


def earlier() -> tuple[dict[Any, list[Row]], float]:
    """Return the committed runs that come out the same today, and the seconds of all.

    The runs of a rule are kept if the first of them is what it was.
    """
    kept: dict[Any, list[Row]] = {}
    with (FOLDER / NAME).open(encoding="utf-8", newline="") as file:
        for row in list(csv.reader(file))[1:]:
            kept.setdefault(tuple(row[:5]), []).append(row)
    firsts = [
        rows("race", name, make(RATES[0]), RATES[0], 10)
        for name, make in racers().items()
    ]
    firsts += [rows("decay", "L2", L2(Adam(RATES[0]), 1e-4), RATES[0], 20, 1e-4)]
    for run in firsts:
        again = [list(map(str, row)) for row in run]
        if again != kept.get(tuple(again[0][:5])):
            name = again[0][1]
            print(f"{name}: all anew", flush=True)
            kept = {key: old for key, old in kept.items() if key[1] != name}
    record = json.loads((FOLDER / NAME.replace("_runs.csv", ".json")).read_text())
    return kept, record["seconds"]


def main() -> int:
    """Train, write the table and its record, and print the table's hash."""
    torch.set_num_threads(1)
    kept, seconds = earlier() if "--keep" in sys.argv else ({}, 0.0)
    training = Training(__file__, seeds=[*SEEDS, *FRESH], earlier=seconds)
    table = []
    for name, make in racers().items():
        table += all_rates("race", name, make, 10, kept)
    for name, make in racers().items():
        table += all_rates("fall", name, make, 10, kept)
    for name in LONG:
        table += all_rates("long", name, racers()[name], 100, kept)
    for lr in (0.001, 0.003, 0.009):
        weak, strong = (1e-4, 1e-3, 1e-2, 1e-1), (0.01, 0.1, 1.0, 10.0)
        grids: list[tuple[str, float, Rule[Any]]] = [("Adam", 0.0, Adam(lr))]
        grids += [("L2", decay, L2(Adam(lr), decay)) for decay in weak]
        grids += [("AdamW", decay, AdamW(lr, weight_decay=decay)) for decay in strong]
        for name, decay, rule in grids:
            found = kept.get(("decay", name, f"{lr:.6g}", f"{decay:g}", "20"))
            table += found or rows("decay", name, rule, lr, 20, decay)
    head = "what rule lr decay passes seed choose judge learn first last rises".split()
    print(training.write_table(NAME, head, table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
