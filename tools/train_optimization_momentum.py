"""Train what the page on schedules shows: every schedule, every rate, ten networks.

python -m tools.train_optimization_momentum          some fifteen minutes of CPU
python -m tools.train_optimization_momentum --keep   goes on from the committed table

With --keep, for code that computes what it did (a refusal came, a run is added), the
runs in the table are taken over, after the first of each rule was trained anew and came
out the same to the last digit.

It writes code/ml2020/data/trained/optimization_momentum_runs.csv. Its loader,
ml2020/data/optimization_runs.py, holds the file's sha256, which is printed at the end.
"""

import csv
import json
import sys
from collections.abc import Callable
from typing import Any

import torch

from ml2020.gradient_descent import Rule
from ml2020.optimization.clothes import small_clothes
from ml2020.optimization.lookahead import Lookahead
from ml2020.optimization.scheduled import scheduled, shapes
from ml2020.optimization.schedules import one_cycle
from ml2020.optimization.sgdm import SGDM
from ml2020.support.rates import refined
from tools.trained import FOLDER, Training

NAME = "optimization_momentum_runs.csv"
SEEDS = range(10)
RATES = [0.003 * 3**k for k in range(5)]
STEPS = 350
# In ten times the steps, without the highest rate, at which nothing learns.
LONG: tuple[str, ...] = (
    "constant",
    "triangular",
    "cosine with restarts",
    "one cosine",
    "one cycle",
)
LONG += ("constant, then fall", "constant, short fall")
LONG += ("Lookahead", "Lookahead, then fall")
Row = list[Any]

data = small_clothes(7000, 2000)


def rows(name: str, shape: str, lr: float, steps: int) -> list[Row]:
    """Return a row for each network of one run."""
    high = shapes(steps)[shape]
    settings: dict[str, Callable[[int], float]] = {"lr": lambda t: lr * high(t)}
    if name == "one cycle":
        settings["momentum"] = lambda t: one_cycle(t, steps, 0.95, 0.85, 0.95)
    rule: Rule[Any] = SGDM(lr)
    if name.startswith("Lookahead"):
        rule = Lookahead(rule)
    ends, _ = scheduled(rule, data, SEEDS, steps, **settings)
    print(steps, name, f"{lr:.4g}", ends.mean(dim=1).tolist(), flush=True)
    found = enumerate(ends.T.tolist())
    return [
        [name, f"{lr:.6g}", steps, seed, f"{choose:.5g}", f"{judge:.5g}"]
        for seed, (choose, judge) in found
    ]


def chosen(found: list[Row]) -> float:
    """Return the mean loss on the pictures to choose by."""
    return sum(float(row[4]) for row in found) / len(found)


def all_rates(
    name: str, shape: str, steps: int, kept: dict[Any, list[Row]]
) -> list[Row]:
    """Return the rows of all rates.

    There are more until the best is not at the edge, and then two finer ones beside it.
    """
    table: list[Row] = []

    def loss(lr: float) -> float:
        found = kept.get((name, f"{lr:.6g}", str(steps)))
        table.extend(found := found or rows(name, shape, lr, steps))
        return chosen(found)

    refined(RATES if steps == STEPS else RATES[:-1], loss)
    return table


def earlier(names: dict[str, str]) -> tuple[dict[Any, list[Row]], float]:
    """Return the committed runs by their settings, and the seconds that they took.

    Raises:
        ValueError: If a run comes out otherwise today.
    """
    kept: dict[Any, list[Row]] = {}
    with (FOLDER / NAME).open(encoding="utf-8", newline="") as file:
        for row in list(csv.reader(file))[1:]:
            kept.setdefault(tuple(row[:3]), []).append(row)
    for name, shape in names.items():
        again = rows(name, shape, RATES[0], STEPS)
        if [list(map(str, row)) for row in again] != kept[
            name, f"{RATES[0]:.6g}", str(STEPS)
        ]:
            raise ValueError(f"{name} comes out otherwise today: train all anew")
    record = json.loads((FOLDER / NAME.replace("_runs.csv", ".json")).read_text())
    return kept, record["seconds"]


def main() -> int:
    """Train, write the table and its record, and print the table's hash."""
    torch.set_num_threads(1)
    names = {name: name for name in shapes(STEPS)}
    names["one cycle, momentum fixed"] = "one cycle"
    names["Lookahead"] = "constant"
    names["Lookahead, then fall"] = "constant, then fall"
    kept, seconds = earlier(names) if "--keep" in sys.argv else ({}, 0.0)
    training = Training(__file__, seeds=list(SEEDS), earlier=seconds)
    table = []
    for name, shape in names.items():
        table += all_rates(name, shape, STEPS, kept)
    for name in LONG:
        table += all_rates(name, names[name], 10 * STEPS, kept)
    head = "rule lr steps seed choose judge".split()
    print(training.write_table(NAME, head, table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
