"""Train what the page on pointing shows: hulls, copied bits, and names in answers.

python -m tools.train_conditional_generation_pointing --for 60

works for a minute of CPU, then stops; call it again until it says it is done. It writes
conditional_generation_pointing.csv and .npz into code/ml2020/data/trained, and their
record once all is there. The loader, ml2020/data/conditional_generation_runs.py, holds
the files' sha256, printed at the end. What was done so far is kept in
_build/conditional_generation_pointing.

All kinds of networks of a task have the same rates, which get more until the best of
each lies inside. Another seed than those that are compared chooses, on other examples,
in as many updates or fewer.
"""

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from torch import nn

from ml2020.conditional_generation.answering import KINDS, answerer, share_right
from ml2020.conditional_generation.copying import MACHINES, copier, wrong_bits
from ml2020.conditional_generation.hull_learning import hull_learner, walked
from ml2020.conditional_generation.pointer import READERS
from ml2020.support.rates import widened
from tools.trained import FOLDER
from tools.trained_runs import Row, Runs, worked

NAME = "conditional_generation_pointing"
TABLE, WEIGHTS = f"{NAME}.csv", f"{NAME}.npz"
KEPT = Path("_build") / NAME
SEEDS, CHOOSER = range(3), 100  # that are compared, and that chooses
SETS = 400  # of points, sequences or talks that judge
POINTS = 5, 10, 12, 15, 20  # of a set that is judged
VECTORS = 8, 12, 16, 30  # of a sequence that is judged


def hull_values(model: Any, judge: int) -> list[float]:
    """Return, for each number of points, exact walks, corners and area."""
    found = [walked(model, n, SETS, judge + n) for n in POINTS]
    once = walked(model, POINTS[1], SETS, judge + POINTS[1], once=True)
    return [v for walks in (*found, once) for v in walks]


def copy_values(model: nn.Module, judge: int) -> list[float]:
    """Return, for each length, the share of wrong bits; the last with more slots."""
    found = []
    for T in VECTORS:
        slots = 40 if T > 16 and hasattr(model, "slots") else 0
        found.append(wrong_bits(model, T, 200, judge + T, slots))
    return found


def answer_values(model: Any, judge: int) -> list[float]:
    """Return the share of right answers with known, rare and new names."""
    return [share_right(model, p, SETS, judge) for p in ("known", "rare", "new")]


class Task(NamedTuple):
    """What is learned.

    Attributes:
        learn: Makes a network of a kind, with a seed, a rate and updates.
        values: Judges it.
        cost: What of the values should be small when a rate is chosen.
        kinds: Of the networks.
        rates: To begin with.
        tries: Updates of those that choose.
        updates: Of those that are compared.
        longer: Updates of one that is asked whether the verdict stays.
    """

    learn: Callable[[str, int, float, int], Any]
    values: Callable[[Any, int], list[float]]
    cost: Callable[[list[float]], float]
    kinds: tuple[str, ...]
    rates: list[float]
    tries: int
    updates: int
    longer: dict[str, int]


TASKS = {
    "hulls": Task(
        hull_learner,
        hull_values,
        lambda v: -v[5] - 0.001 * v[3],
        READERS,
        [0.001, 0.003, 0.009],
        200,
        600,
        {},
    ),
    "copy": Task(
        copier,
        copy_values,
        lambda v: v[0],
        MACHINES,
        [0.003, 0.009, 0.027],
        400,
        400,
        {"LSTM": 4000},
    ),
    "answers": Task(
        answerer,
        answer_values,
        lambda v: -v[0] - v[1],
        (KINDS[0], KINDS[2]),
        [0.003, 0.009, 0.027],
        200,
        200,
        {},
    ),
}
SHOWN = {("hulls", READERS[1]), ("copy", MACHINES[0]), ("answers", KINDS[2])}


class Table:
    """What is written: rates are chosen first, then networks are judged."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs

    def of(self, what: str, kind: str, lr: float, updates: int, seed: int) -> Row:
        """Return what one network is worth."""

        def run() -> Row:
            model = TASKS[what].learn(kind, seed, lr, updates)
            if seed == 0 and (what, kind) in SHOWN:
                keep_weights(f"{what}", model)
            judge = 1_000_000 if seed == CHOOSER else 2_000_000
            return [round(v, 5) for v in TASKS[what].values(model, judge)]

        return self.runs.of(f"{what}; {kind}; {lr:.6g}; {updates}; {seed}", run)

    def table(self) -> list[Row]:
        """Return all rows: those that chose, those that are compared, long ones."""
        found: list[Row] = []
        for what, task in TASKS.items():
            for kind in task.kinds:

                def cost(
                    lr: float, t: Task = task, w: str = what, k: str = kind
                ) -> float:
                    return t.cost(self.of(w, k, lr, t.tries, CHOOSER))

                costs = widened(task.rates, cost)
                best = min(costs, key=lambda lr: costs[lr])
                runs = [(lr, task.tries, CHOOSER) for lr in sorted(costs)]
                runs += [(best, task.updates, s) for s in SEEDS]
                if kind in task.longer:
                    runs.append((best, task.longer[kind], 0))
                for lr, updates, seed in runs:
                    values = self.of(what, kind, lr, updates, seed)
                    part = "choose" if seed == CHOOSER else "judge"
                    head = [what, kind, part, f"{lr:.6g}", updates, seed]
                    found.append([*head, " ".join(f"{v:g}" for v in values)])
        return found


def keep_weights(what: str, model: nn.Module) -> None:
    """Keep the weights of a network, in 16 bits."""
    KEPT.mkdir(parents=True, exist_ok=True)
    halves = {k: w.half().numpy() for k, w in model.state_dict().items()}
    np.savez_compressed(KEPT / f"{what}.npz", **halves)


def main() -> int:
    """Work for a while; write the table, weights and their record when all is done."""
    made = worked(
        __file__, KEPT / "runs.json", lambda runs: Table(runs).table(), seeds=SEEDS
    )
    if made is None:
        return 1
    training, table = made
    weights: dict[str, Any] = {}
    for what, _ in sorted(SHOWN):
        with np.load(KEPT / f"{what}.npz", allow_pickle=False) as kept:
            weights |= {f"{what}.{key}": kept[key] for key in kept.files}
    np.savez_compressed(FOLDER / WEIGHTS, **weights)
    head = "task kind part lr updates seed values".split()
    with (FOLDER / TABLE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *table])
    training.write([TABLE, WEIGHTS])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
