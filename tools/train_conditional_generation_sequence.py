"""Train what the page on sequences shows: poems, dots of emoji, and captions.

python -m tools.train_conditional_generation_sequence --for 60

works for a minute of CPU, then stops; call it again until it says it is done. It writes
conditional_generation_sequence.csv and .npz into code/ml2020/data/trained, and their
record once all is there. The loader, ml2020/data/conditional_generation_runs.py, holds
the files' sha256, printed at the end. What was done so far is kept in
_build/conditional_generation_sequence.

All kinds of networks of a task have the same rates, which get more until the best of
each lies inside. Another seed than those that are compared chooses, on other examples,
in as many updates. The weight of the coverage penalty is chosen in the same way, at the
rate of attention without it.
"""

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from ml2020.conditional_generation.caption_learning import (
    COVERS,
    described,
    describer,
    judged,
)
from ml2020.conditional_generation.captioner import WAYS
from ml2020.conditional_generation.dots import PARTS as DOTS
from ml2020.conditional_generation.dots import SEES, as_colours, dot_bits, painter
from ml2020.conditional_generation.poems import (
    bigram,
    bits,
    characters,
    part,
    poet,
    table_bits,
)
from ml2020.conditional_generation.scenes import scenes
from ml2020.data.emoji import emoji
from ml2020.support.rates import widened
from tools.trained import FOLDER
from tools.trained_runs import Row, Runs, worked

NAME = "conditional_generation_sequence"
TABLE, WEIGHTS = f"{NAME}.csv", f"{NAME}.npz"
KEPT = Path("_build") / NAME
SEEDS, CHOOSER = range(3), 100  # that are compared, and that chooses
SCENES = 1000  # that judge
POET = "network"
COVERED = {f"attention, covers {cover}": cover for cover in COVERS}


def poem_values(model: Any, _: str, where: str) -> list[float]:
    """Return the bits of a character."""
    return [bits(model, part(where))]


def dot_values(model: Any, kind: str, where: str) -> list[float]:
    """Return the bits of a dot."""
    return [dot_bits(model, as_colours(emoji().pictures[DOTS[where]]), kind)]


def caption_values(model: Any, _: str, where: str) -> list[float]:
    """Return the shares of captions that are right, broken, short, made up."""
    dice = torch.Generator().manual_seed(1 + (where == "judge"))
    X, there, _ = scenes(SCENES, generator=dice)
    return [*judged(described(model, X)[0], there)]


class Task(NamedTuple):
    """What is learned.

    Attributes:
        learn: Makes a network of a kind, with a seed, a rate, updates and a weight.
        values: Judges it, on the part that chooses or judges.
        sign: 1 if the first value should be small, -1 if great.
        kinds: Of the networks.
        rates: To begin with.
        updates: Of all.
    """

    learn: Callable[[str, int, float, int, float], Any]
    values: Callable[[Any, str, str], list[float]]
    sign: int
    kinds: tuple[str, ...]
    rates: list[float]
    updates: int


def learn_captions(kind: str, seed: int, lr: float, updates: int, weight: float) -> Any:
    """Return a network that describes, in one of the ways, with coverage or without."""
    way, cover = ("attention", COVERED[kind]) if kind in COVERED else (kind, COVERS[0])
    return describer(way, seed, lr, updates, weight, cover)


TASKS = {
    "captions": Task(
        learn_captions,
        caption_values,
        -1,
        WAYS,
        [0.003, 0.009, 0.027],
        500,
    ),
    "poems": Task(
        lambda _, seed, lr, updates, __: poet(seed, lr, updates),
        poem_values,
        1,
        (POET,),
        [0.003, 0.009, 0.027],
        150,
    ),
    "dots": Task(
        lambda kind, seed, lr, updates, _: painter(kind, seed, lr, updates),
        dot_values,
        1,
        tuple(SEES),
        [0.003, 0.009, 0.027],
        100,
    ),
}
PENALTIES = [0.01, 0.1, 1.0]  # weights to begin with


class Table:
    """What is written: rates are chosen first, then networks are judged."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs

    def of(self, what: str, kind: str, lr: float, weight: float, seed: int) -> Row:
        """Return what one network is worth."""
        task = TASKS[what]

        def run() -> Row:
            model = task.learn(kind, seed, lr, task.updates, weight)
            if seed == 0:
                keep_weights(f"{what}; {kind}", model)
            where = "choose" if seed == CHOOSER else "judge"
            return [round(v, 5) for v in task.values(model, kind, where)]

        key = f"{what}; {kind}; {lr:.6g}; {weight:g}; {task.updates}; {seed}"
        return self.runs.of(key, run)

    def row(self, what: str, kind: str, lr: float, weight: float, seed: int) -> Row:
        """Return a row of the table."""
        values = " ".join(f"{v:g}" for v in self.of(what, kind, lr, weight, seed))
        part = "choose" if seed == CHOOSER else "judge"
        updates = TASKS[what].updates
        return [what, kind, part, f"{lr:.6g}", f"{weight:g}", updates, seed, values]

    def table(self) -> list[Row]:
        """Return all rows: those that chose, then those that are compared."""
        found: list[Row] = []
        for what, task in TASKS.items():
            best = 0.0
            for kind in task.kinds:

                def cost(
                    lr: float, t: Task = task, w: str = what, k: str = kind
                ) -> float:
                    return t.sign * float(self.of(w, k, lr, 0.0, CHOOSER)[0])

                costs = widened(task.rates, cost)
                best = min(costs, key=lambda lr: costs[lr])
                found += [
                    self.row(what, kind, lr, 0.0, CHOOSER) for lr in sorted(costs)
                ]
                found += [self.row(what, kind, best, 0.0, seed) for seed in SEEDS]
            if what == "captions":  # the last kind was attention
                found += self.covered(best)
        return found + self.counted()

    def covered(self, lr: float) -> list[Row]:
        """Return the rows of attention that is told to cover."""
        found = []
        for kind in COVERED:

            def cost(weight: float, k: str = kind) -> float:
                return -float(self.of("captions", k, lr, weight, CHOOSER)[0])

            costs = widened(PENALTIES, cost, 10.0)
            best = min(costs, key=lambda weight: costs[weight])
            rows = [(weight, CHOOSER) for weight in sorted(costs)]
            rows += [(best, seed) for seed in SEEDS]
            found += [self.row("captions", kind, lr, w, s) for w, s in rows]
        return found

    def counted(self) -> list[Row]:
        """Return the rows of the table of pairs; its share stands for a weight."""
        W, symbols = part("learn"), len(characters())
        shares = [0.1 * k for k in range(6)]
        costs = {s: table_bits(bigram(W, symbols, s), part("choose")) for s in shares}
        best = min(costs, key=lambda s: costs[s])
        rows = [["choose", s, costs[s]] for s in shares]
        rows += [
            ["judge", s, table_bits(bigram(W, symbols, s), part("judge"))]
            for s in (0.0, best)
        ]
        return [
            ["poems", "table", where, "0", f"{s:g}", 0, 0, f"{v:.5f}"]
            for where, s, v in rows
        ]


def keep_weights(name: str, model: nn.Module) -> None:
    """Keep the weights of a network, in 16 bits."""
    KEPT.mkdir(parents=True, exist_ok=True)
    halves = {k: w.half().numpy() for k, w in model.state_dict().items()}
    np.savez_compressed(KEPT / f"{name}.npz", **halves)


def main() -> int:
    """Work for a while; write the table, weights and their record when all is done."""
    made = worked(
        __file__, KEPT / "runs.json", lambda runs: Table(runs).table(), seeds=SEEDS
    )
    if made is None:
        return 1
    training, table = made
    weights: dict[str, Any] = {}
    for kept in sorted(KEPT.glob("*.npz")):
        with np.load(kept, allow_pickle=False) as found:
            weights |= {f"{kept.stem}.{key}": found[key] for key in found.files}
    np.savez_compressed(FOLDER / WEIGHTS, **weights)
    head = "task kind part lr weight updates seed values".split()
    with (FOLDER / TABLE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *table])
    training.write([TABLE, WEIGHTS])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
