"""Train what the page on sequences shows: poems, dots of emoji, and captions.

python -m tools.train_conditional_generation_sequence --for 60

works for a minute of CPU, then stops; call it again until it says it is done. It writes
conditional_generation_sequence.csv and .npz into code/ml2020/data/trained, and their
record once all is there. The loader, ml2020/data/conditional_generation_runs.py, holds
the files' sha256, printed at the end. What was done so far is kept in
_build/conditional_generation_sequence.

All kinds of networks of a task have the same rates, which get more until the best of
each lies inside. Another seed than those that are compared chooses, on other examples,
in as many updates. Whether attention should cover is asked early, after few updates,
since later there is nothing left to gain; the weight of the penalty is chosen in the
same way, at the rate of attention without it. One network of each kind that describes
learns for ten times the updates, to see whether the verdict stays; so does one of each
kind that paints, at a rate that is chosen anew. Poets learn with dropout and without,
each at its own best rate; their column "weight" has the share left out, and their
second value is what they pay for the poems that they learned from. Five poets with
dropout learn for three times the updates, at a rate that is chosen anew, and one
without, at its old rate. Their rows "each" have the bits of each poem that judges, in
the mean of all networks. The tables of pairs have no rate; their shares and discounts
are chosen on the same poems as rates.
"""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from ml2020.conditional_generation.caption_learning import (
    described,
    describer,
    judged,
)
from ml2020.conditional_generation.captioner import WAYS
from ml2020.conditional_generation.coverage import COVERS
from ml2020.conditional_generation.discounting import discounted
from ml2020.conditional_generation.dots import PARTS as DOTS
from ml2020.conditional_generation.dots import SEES, as_colours, dot_bits, painter
from ml2020.conditional_generation.poems import (
    DROPOUT,
    bigram,
    bits,
    characters,
    part,
    poet,
    table_bits,
)
from ml2020.conditional_generation.scenes import scenes
from ml2020.conditional_generation.steps import log_likelihood
from ml2020.data.emoji import emoji
from ml2020.support.rates import widened
from tools.trained import FOLDER
from tools.trained_runs import Row, Runs, join_weights, keep_weights, worked

NAME = "conditional_generation_sequence"
TABLE, WEIGHTS = f"{NAME}.csv", f"{NAME}.npz"
KEPT = Path("_build") / NAME
SEEDS, CHOOSER = range(5), 100  # that are compared, and that chooses
SCENES = 1000  # that judge
POETS = {"network": 0.0, "network, dropout": DROPOUT}
COVERED = {f"early, covers {cover}": cover for cover in COVERS}
EARLY = "early"  # attention without the penalty
SHOWN = {  # whose weights are kept
    *(WAYS[-1], EARLY, "early, covers objects", "early, covers not empty"),
    *("network, dropout", *SEES),
}


def poem_values(model: Any, _: str, where: str) -> list[float]:
    """Return the bits of a character, new and known, and those of each new poem."""
    W = part(where)
    with torch.no_grad():
        each = -log_likelihood(model(W), W) / (W.shape[1] * math.log(2))
    some = part("learn").split(290)  # ten parts of the same length
    known = sum(bits(model, known) for known in some) / len(some)
    return [bits(model, W), known, *each.tolist()]


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
        updates: Of those that choose and those that are compared.
        longer: Updates of one that is asked whether the verdict stays; 0 for none.
        anew: Kinds whose rate is then chosen anew.
        ways_on: How many seeds of these learn for longer.
    """

    learn: Callable[[str, int, float, int, float], Any]
    values: Callable[[Any, str, str], list[float]]
    sign: int
    kinds: tuple[str, ...]
    rates: list[float]
    updates: int
    longer: int
    anew: tuple[str, ...] = ()
    ways_on: int = 1


def learn_captions(kind: str, seed: int, lr: float, updates: int, weight: float) -> Any:
    """Return a network that describes, in one of the ways, with coverage or without."""
    way = kind if kind in WAYS else WAYS[-1]
    return describer(way, seed, lr, updates, weight, COVERED.get(kind, COVERS[0]))


TASKS = {
    "poems": Task(
        lambda kind, seed, lr, updates, _: poet(seed, lr, updates, POETS[kind]),
        poem_values,
        1,
        tuple(POETS),
        [0.003, 0.009, 0.027],
        500,
        1500,
        ("network, dropout",),
        len(SEEDS),
    ),
    "captions": Task(
        learn_captions,
        caption_values,
        -1,
        WAYS,
        [0.003, 0.009, 0.027],
        200,
        2000,
    ),
    "early captions": Task(
        learn_captions,
        caption_values,
        -1,
        (EARLY,),
        [0.003, 0.009, 0.027],
        60,
        600,
    ),
    "dots": Task(
        lambda kind, seed, lr, updates, _: painter(kind, seed, lr, updates),
        dot_values,
        1,
        tuple(SEES),
        [0.003, 0.009, 0.027],
        100,
        1000,
        tuple(SEES),
    ),
}
Setting, Rows = tuple[float, float], list[Row]  # a rate and a weight
PENALTIES = [0.01, 0.1, 1.0]  # weights to begin with
DISCOUNTS = [0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98]  # of a table


class Table:
    """What is written: rates are chosen first, then networks are judged."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs

    def of(
        self, what: str, kind: str, lr: float, weight: float, seed: int, longer: bool
    ) -> Row:
        """Return what one network is worth."""
        task = TASKS[what]
        updates = task.longer if longer else task.updates

        def run() -> Row:
            model = task.learn(kind, seed, lr, updates, weight)
            if seed == 0 and longer == (what == "poems") and kind in SHOWN:
                keep_weights(KEPT / f"{what}; {kind}.npz", model)
            where = "choose" if seed == CHOOSER else "judge"
            return [round(v, 5) for v in task.values(model, kind, where)]

        return self.runs.of(
            f"{what}; {kind}; {lr:.6g}; {weight:g}; {updates}; {seed}", run
        )

    def rows(self, what: str, kind: str, tried: list[Setting], best: Setting) -> Rows:
        """Return the rows of a kind: those that chose, were compared, and went on."""
        task = TASKS[what]
        longer, anew = task.longer, kind in task.anew
        wanted = [(lr, weight, CHOOSER, False) for lr, weight in tried]
        wanted += [(*best, seed, False) for seed in SEEDS]
        wanted += [(*best, 0, True)] if longer and not anew else []
        if longer and anew:
            costs = widened(task.rates, self.cost(what, kind, True))
            wanted += [(lr, 0.0, CHOOSER, True) for lr in sorted(costs)]
            lr = min(costs, key=lambda lr: costs[lr])
            wanted += [(lr, 0.0, seed, True) for seed in range(task.ways_on)]
        found = []
        for lr, weight, seed, on in wanted:
            values = self.of(what, kind, lr, weight, seed, on)
            part = "choose" if seed == CHOOSER else "judge"
            updates = longer if on else task.updates
            share = weight or POETS.get(kind, 0.0)
            head = [what, kind, part, f"{lr:.6g}", f"{share:g}", updates, seed]
            said = values[:2] if what == "poems" else values
            found.append([*head, " ".join(f"{v:g}" for v in said)])
        if what == "poems":
            found += self.of_each(found)
        return found

    def of_each(self, rows: Rows) -> Rows:
        """Return what each poem costs, in the mean of networks; they are counted."""
        task = TASKS["poems"]
        found: Rows = []
        for updates in sorted({row[5] for row in rows}):
            heads = [row[:7] for row in rows if (row[2], row[5]) == ("judge", updates)]
            values = [
                self.of(
                    *head[:2], float(head[3]), 0.0, head[6], updates != task.updates
                )
                for head in heads
            ]
            mean = np.mean([row[2:] for row in values], axis=0)
            head = [*heads[0][:2], "each", *heads[0][3:6], len(heads)]
            found.append([*head, " ".join(f"{v:.3f}" for v in mean)])
        return found

    def cost(self, what: str, kind: str, longer: bool) -> Callable[[float], float]:
        """Return what a rate costs, as the network that chooses says."""
        sign = TASKS[what].sign
        return lambda lr: sign * float(self.of(what, kind, lr, 0.0, CHOOSER, longer)[0])

    def table(self) -> Rows:
        """Return all rows of all kinds, and those of the table that counts."""
        found: Rows = []
        for what, task in TASKS.items():
            best = 0.0
            for kind in task.kinds:
                costs = widened(task.rates, self.cost(what, kind, False))
                best = min(costs, key=lambda lr: costs[lr])
                tried = [(lr, 0.0) for lr in sorted(costs)]
                found += self.rows(what, kind, tried, (best, 0.0))
            if EARLY in task.kinds:
                found += self.covered(what, best)
        return found + self.counted()

    def covered(self, what: str, lr: float) -> Rows:
        """Return the rows of attention that is told to cover."""
        found: Rows = []
        for kind in COVERED:

            def cost(weight: float, k: str = kind) -> float:
                return -float(self.of(what, k, lr, weight, CHOOSER, False)[0])

            costs = widened(PENALTIES, cost, 10.0)
            best = min(costs, key=lambda weight: costs[weight])
            tried = [(lr, weight) for weight in sorted(costs)]
            found += self.rows(what, kind, tried, (lr, best))
        return found

    def counted(self) -> Rows:
        """Return the rows of tables of pairs: share or discount stand for a weight."""
        W, symbols = part("learn"), len(characters())
        shares = [0.1 * k for k in range(6)]
        costs = {s: table_bits(bigram(W, symbols, s), part("choose")) for s in shares}
        best = min(costs, key=lambda s: costs[s])
        rows = [["choose", s, costs[s]] for s in shares]
        rows += [
            ["judge", s, table_bits(bigram(W, symbols, s), part("judge"))]
            for s in (0.0, best)
        ]
        found = [["table", *row] for row in rows]
        for kind, kinds in (("table, discounted", False), ("table, kinds", True)):
            tables = {d: discounted(W, symbols, d, kinds) for d in DISCOUNTS}
            costs = {d: table_bits(P, part("choose")) for d, P in tables.items()}
            best = min(costs, key=lambda d: costs[d])
            found += [[kind, "choose", d, costs[d]] for d in DISCOUNTS]
            found += [[kind, "judge", best, table_bits(tables[best], part("judge"))]]
        return [
            ["poems", kind, where, "0", f"{s:g}", 0, 0, f"{v:.5f}"]
            for kind, where, s, v in found
        ]


def main() -> int:
    """Work for a while; write the table, weights and their record when all is done."""
    made = worked(
        __file__, KEPT / "runs.json", lambda runs: Table(runs).table(), seeds=SEEDS
    )
    if made is None:
        return 1
    training, table = made
    head = "task kind part lr weight updates seed values".split()
    join_weights(
        FOLDER / WEIGHTS, {kept.stem: kept for kept in sorted(KEPT.glob("*.npz"))}
    )
    training.write_table(TABLE, head, table, beside=[WEIGHTS])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
