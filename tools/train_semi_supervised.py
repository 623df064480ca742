"""Train what the page on semi-supervised learning shows: digits with few labels.

python -m tools.train_semi_supervised --for 60   works for a minute of CPU, then stops;
                                                 call it until it says that it is done

It writes code/ml2020/data/trained/semi_supervised_runs.csv and its record. The loader,
ml2020/data/semi_supervised_runs.py, holds the sha256, printed at the end. What was done
so far is kept in _build/semi_supervised.

Each way to learn gets a grid of one setting, the same with any number of labels. All
networks have as many updates, and rates of one grid. The rate, and the decay (the cost
of squares), are those of the best mean over many pictures, at 20 labels, on five draws
of the pictures that do not come back. The decay is chosen for the labels alone, not
augmented, and then all have it.

Besides the table: both folds of a cross-validation at 20 labels, for some; unlabelled
pictures of other digits; five times the updates, at 100; and hard labels at 10, without
decay, with none of the wrong ones, and for longer.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ml2020.semi_supervised.alone import ALONE
from ml2020.semi_supervised.contest import contest
from ml2020.semi_supervised.digit_task import (
    DigitTask,
    digit_task,
    halves,
    lower_digits,
)
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/semi_supervised/rows.json")
SEEDS, OTHERS = list(range(8)), list(range(100, 105))
ONLY = "labels only"
LABELS = (10, 20, 50, 100)
STEPS, LONGER = 300, 1500
RATES = (0.001, 0.003, 0.009, 0.027)
DECAYS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1)
GRIDS: dict[str, Sequence[float]] = {
    "Gaussians": (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
    "EM": (0.001, 0.003, 0.01, 0.03, 0.1),
    "SVM": (0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
    "flipping": (0.01, 0.03, 0.1, 0.3),
    "directions": (5, 10, 15, 20, 30, 40),
    "nearest label": (0,),
    "harmonic": (1, 2, 3, 5, 10, 20),
    "labels only": (0,),
    "hard labels": (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0),
    "entropy": (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
    "neighbours": (0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
    "labels, augmented": (0,),
    "consistency": (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
}
TRIED = {  # strengths with which a rate is chosen
    "hard labels": (0.03, 0.1, 0.3),
    "entropy": (0.03, 0.1, 0.3),
    "neighbours": (0.3, 1.0, 3.0),
    "consistency": (0.1, 0.3, 1.0),
}
FOLDED = ("harmonic", "hard labels", "neighbours")
UNSHOWN = ("directions", "labels, augmented", "consistency")  # to strangers
HEAD = "what name labels strength decay lr steps seed few many judge sure wrong".split()
Change = Callable[[DigitTask], DigitTask]
CHANGES: dict[str, Change] = {
    "fold 1": lambda task: halves(task)[0],
    "fold 2": lambda task: halves(task)[1],
    "five digits": lambda task: lower_digits(task, strangers=False),
    "strangers": lambda task: lower_digits(task, strangers=True),
}


class Table:
    """All rows so far, and what was chosen by them."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.rows: list[Row] = []
        self.lr = dict.fromkeys(ALONE, 0.0)
        self.decay = dict.fromkeys(ALONE, 0.0)

    def add(
        self,
        what: str,
        name: str,
        labels: int,
        strength: float,
        *,
        steps: int = STEPS,
        **other: float,
    ) -> float:
        """Add a row for each draw; return the mean over the many pictures.

        Args:
            what: Of the runs, this is.
            name: The way to learn.
            labels: How many pictures have one.
            strength: The setting.
            steps: Updates of a network.
            other: Another rate, or another decay, than the one chosen.
        """
        decay = other.get("decay", self.decay.get(name, 0.0))
        lr = other.get("lr", self.lr.get(name, 0.0))
        settings = [f"{value:g}" for value in (strength, decay, lr)]
        start = [what, name, labels, *settings, steps]
        seeds = OTHERS if what == "rate" else SEEDS

        def run() -> Row:
            change = CHANGES.get(what, lambda task: task)
            tasks = [change(digit_task(labels, seed)) for seed in seeds]
            found = contest(name, tasks, strength, lr, steps, seeds, decay)
            return [[f"{share:.4f}" for share in shares] for shares in found]

        found = self.runs.of(" ".join(map(str, start)), run)
        self.rows += [[*start, k, *row] for k, row in zip(seeds, found, strict=True)]
        return sum(float(row[1]) for row in found) / len(found)

    def choose(self, name: str) -> None:
        """Choose a rate, and for the labels alone a decay."""
        decays = DECAYS if name == ONLY else (self.decay[ONLY],)
        met = {
            (lr, decay): self.add("rate", name, 20, strength, lr=lr, decay=decay)
            for lr in RATES
            for decay in decays
            for strength in TRIED.get(name, (0.0,))[:1]
        }
        for strength in TRIED.get(name, ())[1:]:
            for lr, decay in met:
                now = self.add("rate", name, 20, strength, lr=lr, decay=decay)
                met[lr, decay] = max(met[lr, decay], now)
        self.lr[name], self.decay[name] = max(met, key=lambda pair: met[pair])

    def best(self, name: str, labels: int) -> float:
        """Return the setting with the best mean over many pictures."""
        found = dict.fromkeys(GRIDS[name], 0.0)
        for row in self.rows:
            if row[:3] == ["table", name, labels]:
                found[float(row[3])] += float(row[9])
        return max(found, key=lambda strength: found[strength])


def all_of(runs: Runs) -> list[Row]:
    """Return the table of all runs."""
    table = Table(runs)
    for name in [name for name in GRIDS if name not in ALONE]:
        table.choose(name)
    settings = [(name, strength) for name, grid in GRIDS.items() for strength in grid]
    for labels in LABELS:
        for name, strength in settings:
            table.add("table", name, labels, strength)
        if labels == LABELS[0]:
            controls(table)
    longer(table)
    for name, strength in [pair for pair in settings if pair[0] in FOLDED]:
        table.add("fold 1", name, 20, strength)
        table.add("fold 2", name, 20, strength)
    for name in [name for name in GRIDS if name not in UNSHOWN]:
        for what in ("five digits", "strangers"):
            table.add(what, name, 20, table.best(name, 20))
    return table.rows


def controls(table: Table) -> None:
    """Add hard labels at ten: without decay, without the wrong ones, and longer."""
    same = {"lr": table.lr["hard labels"]}
    for decay in (0.0, table.decay["hard labels"]):
        for steps in (STEPS, LONGER):
            every = {"steps": steps, "decay": decay, **same}
            table.add("control", "labels only", 10, 0.0, **every)  # type: ignore[arg-type]
            for name in ("hard labels", "the right ones"):
                for strength in (0.03, 0.1, 0.3, 1.0):
                    if steps == STEPS or strength in (0.1, 1.0):
                        table.add("control", name, 10, strength, **every)  # type: ignore[arg-type]


def longer(table: Table) -> None:
    """Add five times the updates, at most labels, with the setting best without."""
    for name in (ONLY, "hard labels", "entropy", "neighbours"):
        table.add("long", name, LABELS[-1], table.best(name, LABELS[-1]), steps=LONGER)


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    made = worked(__file__, KEPT, all_of, seeds=[*SEEDS, *OTHERS])
    if made is None:
        return 1
    training, rows = made
    print(training.write_table("semi_supervised_runs.csv", HEAD, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
