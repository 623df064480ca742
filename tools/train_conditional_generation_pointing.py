"""Train what the page on pointing shows: hulls, copied bits, and names in answers.

python -m tools.train_conditional_generation_pointing --for 60

works for a minute of CPU, then stops; call it again until it says it is done. It writes
conditional_generation_pointing.csv and .npz into code/ml2020/data/trained, and their
record once all is there. The loader, ml2020/data/conditional_generation_runs.py, holds
the files' sha256, printed at the end. What was done so far is kept in
_build/conditional_generation_pointing.

All kinds of networks of a task begin with the same rates, which get more until the best
of each lies inside. Other seeds than those that are compared choose, on other examples,
in as many updates, by the mean of what is asked of those that are compared.

One network of each kind that walks round points learns for five times the updates, too,
at the best rate, at a third of it and at three times it. The weights of each network of
the first seed are kept under the setting they were learned with; written are those of
the judged one.
"""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from torch import nn

from ml2020.conditional_generation.answering import KINDS, answerer
from ml2020.conditional_generation.answers import share_right
from ml2020.conditional_generation.copying import MACHINES, copier, wrong_bits
from ml2020.conditional_generation.hull_learning import hull_learner, walked
from ml2020.conditional_generation.pointer import READERS, Pointer
from ml2020.support.rates import widened
from tools.trained import FOLDER
from tools.trained_runs import Row, Runs, join_weights, keep_weights, worked

NAME = "conditional_generation_pointing"
TABLE, WEIGHTS = f"{NAME}.csv", f"{NAME}.npz"
KEPT = Path("_build") / NAME
SEEDS, CHOOSERS = range(5), (100, 101)  # that are compared, and that choose
SETS = 400  # of points, sequences or talks that judge
POINTS = 5, 10, 12, 15, 20  # of a set that is judged
VECTORS = 8, 12, 16, 30  # of a sequence that is judged


WIDE = f"{READERS[1]}, up to 20"  # points to learn from
FILLED = f"{KINDS[0]}, then copies"


def hull_walker(kind: str, seed: int, lr: float, updates: int) -> Pointer:
    """Return a network that points, one that has met sets of up to 10 points or 20."""
    if kind == WIDE:
        return hull_learner(READERS[1], seed, lr, updates, POINTS[-1])
    return hull_learner(kind, seed, lr, updates)


def hull_values(model: Any, kind: str, judge: int) -> list[float]:
    """Return, for each number of points, exact walks, corners and area."""
    found = [walked(model, n, SETS, judge + n) for n in POINTS]
    return [v for walks in found for v in walks]


def copy_learner(kind: str, seed: int, lr: float, updates: int) -> nn.Module | None:
    """Return a machine that copies, or nothing if its numbers ran away."""
    try:
        return copier(kind, seed, lr, updates)
    except ValueError:  # NaN: the rate was too high
        return None


def copy_values(model: nn.Module | None, kind: str, judge: int) -> list[float]:
    """Return, for each length, the share of wrong bits; the last with more slots."""
    if model is None:
        return [math.nan] * len(VECTORS)
    found = []
    for T in VECTORS:
        slots = 40 if T > 16 and kind == MACHINES[0] else None
        found.append(wrong_bits(model, T, 200, judge + T, slots))
    return found


def answer_values(model: Any, kind: str, judge: int) -> list[float]:
    """Return the share of right answers with known, rare and new names."""
    parts = "known", "rare", "new"
    return [share_right(model, p, SETS, judge, kind == FILLED) for p in parts]


class Task(NamedTuple):
    """What is learned.

    Attributes:
        learn: Makes a network of a kind, with a seed, a rate and updates.
        values: Judges it.
        cost: What of the values should be small when a rate is chosen.
        kinds: Of the networks.
        updates: Of those that choose, and of those that are compared.
        choosers: Seeds of those that choose.
    """

    learn: Callable[[str, int, float, int], Any]
    values: Callable[[Any, str, int], list[float]]
    cost: Callable[[list[float]], float]
    kinds: tuple[str, ...]
    updates: int
    choosers: tuple[int, ...]


RATES = [0.003, 0.009, 0.027]  # to begin with
TASKS = {
    "hulls": Task(
        hull_walker,
        hull_values,
        lambda v: -v[3],  # exact walks, 10 points
        (*READERS, WIDE),
        600,
        CHOOSERS,
    ),
    "copy": Task(
        copy_learner,
        copy_values,
        lambda v: v[0] + v[1],  # wrong bits of 8 and of 12 vectors
        MACHINES,
        400,
        CHOOSERS,
    ),
    "copy, longer": Task(
        copy_learner,
        copy_values,
        lambda v: v[0] + v[1],
        MACHINES[1:],
        4000,
        CHOOSERS[:1],
    ),
    "answers": Task(
        lambda kind, seed, lr, updates: answerer(
            KINDS[0] if kind == FILLED else kind, seed, lr, updates
        ),
        answer_values,
        lambda v: -v[0] - v[1],  # right answers to known and rare names
        (KINDS[0], FILLED, KINDS[2]),
        200,
        CHOOSERS[:1],
    ),
}
SHOWN = {  # whose weights are kept, and by which name
    ("hulls", READERS[1]): "hulls",
    ("hulls", WIDE): "hulls, up to 20",
    ("copy", MACHINES[0]): "copy",
    ("answers", KINDS[2]): "answers",
}

SLOWER = {("hulls", READERS[1])}  # what is run at a third of its best rate, too
LONGER = {"hulls": 3000}  # updates of one more network of each kind, at three rates


def setting(what: str, kind: str, lr: float, updates: int, seed: int) -> str:
    """Return what a run is called by."""
    return f"{what}; {kind}; {lr:.6g}; {updates}; {seed}"


class Table:
    """What is written: rates are chosen first, then networks are judged."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.shown: dict[str, str] = {}  # by the name of the weights: the setting

    def of(
        self, what: str, kind: str, lr: float, seed: int, updates: int | None = None
    ) -> Row:
        """Return what one network is worth; None for the task's updates."""
        task = TASKS[what]
        updates = updates or task.updates
        name = setting(what, kind, lr, updates, seed)
        keeps = seed == 0 and updates == task.updates and (what, kind) in SHOWN
        if keeps and not (KEPT / f"{name}.npz").exists():
            self.runs.rows.pop(name, None)  # its weights are wanted, too

        def run() -> Row:
            model = task.learn(kind, seed, lr, updates)
            if keeps:
                keep_weights(KEPT / f"{name}.npz", model)
            judge = 2_000_000 if seed in SEEDS else 1_000_000
            return [round(v, 5) for v in task.values(model, kind, judge)]

        return self.runs.of(name, run)

    def table(self) -> list[Row]:
        """Return all rows: those that chose, those that are compared, slower ones."""
        found: list[Row] = []
        for what, task in TASKS.items():
            for kind in task.kinds:

                def cost(
                    lr: float, t: Task = task, w: str = what, k: str = kind
                ) -> float:
                    rows = [self.of(w, k, lr, seed) for seed in t.choosers]
                    return sum(t.cost(row) for row in rows) / len(rows)

                costs = widened(RATES, cost)
                best = min(costs, key=lambda lr: costs[lr])
                if (what, kind) in SHOWN:
                    judged = setting(what, kind, best, task.updates, 0)
                    self.shown[SHOWN[what, kind]] = judged
                runs = [
                    ("choose", lr, s, task.updates)
                    for lr in sorted(costs)
                    for s in task.choosers
                ]
                runs += [("judge", best, s, task.updates) for s in SEEDS]
                if (what, kind) in SLOWER:
                    runs += [("slower", best / 3, s, task.updates) for s in SEEDS]
                if what in LONGER:
                    runs += [
                        ("longer", lr, 0, LONGER[what])
                        for lr in (best, best / 3, best * 3)
                    ]
                for part, lr, seed, updates in runs:
                    values = self.of(what, kind, lr, seed, updates)
                    head = [what, kind, part, f"{lr:.6g}", updates, seed]
                    found.append([*head, " ".join(f"{v:g}" for v in values)])
        return found


def main() -> int:
    """Work for a while; write the table, weights and their record when all is done."""

    def all_of(runs: Runs) -> tuple[list[Row], dict[str, str]]:
        table = Table(runs)
        return table.table(), table.shown

    made = worked(__file__, KEPT / "runs.json", all_of, seeds=SEEDS)
    if made is None:
        return 1
    training, (table, shown) = made
    head = "task kind part lr updates seed values".split()
    join_weights(
        FOLDER / WEIGHTS,
        {name: KEPT / f"{of}.npz" for name, of in sorted(shown.items())},
    )
    training.write_table(TABLE, head, table, beside=[WEIGHTS])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
