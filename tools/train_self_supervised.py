"""Train what the page on self-supervised learning shows: digits on a canvas.

python -m tools.train_self_supervised --for 60   works for a minute of CPU, then stops;
                                                 call it until it says that it is done

It writes code/ml2020/data/trained/self_supervised_runs.csv and its record. The loader,
ml2020/data/self_supervised_runs.py, holds the sha256, printed at the end. What was done
so far is kept in _build/self_supervised.

All networks have as many updates, each of which reads as many pictures, and one grid of
rates. The rate is that of the best accuracy on the pictures to choose by, with 100
labels, on a draw that does not come back: of a linear probe, or of the network that was
taught by labels. Each change of an ingredient of SimCLR gets a rate in the same way.

Besides the table: the ingredients, ten times the updates, and which turns of which
digit rotation then tells.
"""

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import torch
from torch import nn

from ml2020.cnn.network import drawn
from ml2020.self_supervised.canvas import CLASSES, CanvasTask, canvas_task
from ml2020.self_supervised.learning import QUESTIONS, Learned, pretrained
from ml2020.self_supervised.probing import (
    AMOUNTS,
    VIEWS,
    Features,
    Probed,
    probed,
    share_right,
)
from ml2020.self_supervised.reader import reader
from ml2020.self_supervised.rotation import TURNS, turned
from ml2020.self_supervised.simclr import Ingredients
from ml2020.self_supervised.supervised import taught
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/self_supervised/rows.json")
SEEDS, OTHER = list(range(5)), 100
FEW = SEEDS[:3]  # for the ingredients, and for what takes ten times as long
STEPS, LONGER, MIDDLE = 1500, 15000, 100
RATES = (0.0003, 0.001, 0.003, 0.009, 0.027)
PARTS = {  # of SimCLR, one changed at a time
    "no shift": Ingredients(kinds=("brightness", "noise")),
    "no brightness": Ingredients(kinds=("shift", "noise")),
    "no noise": Ingredients(kinds=("shift", "brightness")),
    "shift alone": Ingredients(kinds=("shift",)),
    "erase, too": Ingredients(kinds=("shift", "brightness", "erase", "noise")),
    "linear head": Ingredients(head="linear"),
    "no head": Ingredients(head="none"),
    "tau 0.05": Ingredients(tau=0.05),
    "tau 0.5": Ingredients(tau=0.5),
    "tau 1": Ingredients(tau=1.0),
    "32 pairs": Ingredients(pairs=32),
    "8 pairs": Ingredients(pairs=8),
    "groups of 8": Ingredients(group=8),
    "no unit length": Ingredients(unit=False, tau=1.0),
    "no negatives": Ingredients(negatives=False),
}
TAUGHT = ("from scratch", "from scratch, in views", "tuned", "tuned, in views")
HEAD = "what name labels views lr steps seed pull choose judge".split()


def read(features: Features, task: CanvasTask, views: Sequence[int], seed: int) -> Row:
    """Return what probes read, with each number of labels, once or in views."""
    found = []
    for seen in views:
        for labels in AMOUNTS:
            met = probed(features, task, labels, seen, seed)
            found.append([labels, seen, *as_text(met)])
    return found


def as_text(met: Probed) -> list[str]:
    """Return numbers as they are written."""
    return [f"{met.pull:g}", f"{met.choose:.4f}", f"{met.judge:.4f}"]


class Table:
    """All rows so far, and the rates that were chosen by them."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.rows: list[Row] = []
        self.lr: dict[str, float] = {}
        self.simclr = cache(self.simclr_of)
        self.learned = cache(self.learned_of)

    def add(self, what: str, name: str, lr: float, steps: int, by_seed: Row) -> None:
        """Add the rows of one name, those of one setting together, seed by seed."""
        seeds = [OTHER] if what == "rate" else SEEDS[: len(by_seed)]
        for each in zip(*by_seed, strict=True):
            for seed, (labels, views, *measured) in zip(seeds, each, strict=True):
                start = [what, name, labels, views, f"{lr:g}", steps]
                self.rows.append([*start, seed, *measured])

    def choose(self, name: str) -> None:
        """Choose a rate on the other draw."""
        met = {}
        for lr in RATES:
            if name in TAUGHT:
                found = self.taught(name, lr, STEPS, OTHER, (MIDDLE,))
            else:
                found = self.asked(name, lr, STEPS, OTHER, chosen=False)
            self.add("rate", name, lr, STEPS, [found])
            met[lr] = float(found[0][3])
        self.lr[name] = max(met, key=lambda lr: met[lr])

    def asked(
        self, name: str, lr: float, steps: int, seed: int, *, chosen: bool
    ) -> Row:
        """Return what is read from a reader that asked itself; all, if it is chosen."""

        def run() -> Row:
            task = canvas_task(seed)
            try:
                both = self.learned(name, lr, steps, seed)
            except ValueError:  # the rate was too high: NaN
                return [[MIDDLE, 0, *as_text(Probed(0, 0, 0))]]
            if not chosen:
                met = probed(both.reader, task, MIDDLE)
                return [[MIDDLE, 0, *as_text(met)]]
            views = (0, VIEWS) if name in QUESTIONS else (0,)
            return read(both.reader, task, views, seed)

        key = f"{name} {lr:g} {steps} {seed} {'all' if chosen else 'one'}"
        return self.runs.of(key, run)

    def learned_of(self, name: str, lr: float, steps: int, seed: int) -> Learned:
        """Return a reader that has learned without labels."""
        question = name if name in QUESTIONS else "SimCLR"
        pool = canvas_task(seed).pool
        return pretrained(question, pool, lr, steps, seed, PARTS.get(name))

    def simclr_of(self, seed: int) -> Learned:
        """Return SimCLR at its rate."""
        return self.learned("SimCLR", self.lr["SimCLR"], STEPS, seed)

    def taught(
        self, name: str, lr: float, steps: int, seed: int, amounts: Sequence[int]
    ) -> Row:
        """Return what networks get right that were taught by labels."""

        def run() -> Row:
            task, found = canvas_task(seed), []
            start = self.simclr(seed).reader if name.startswith("tuned") else None
            views = VIEWS if name.endswith("in views") else 0
            for labels in amounts:
                X, y = task.pool[:labels], task.pool_y[:labels]
                model = taught(X, y, lr, steps, seed, in_views=bool(views), start=start)
                with torch.no_grad():
                    choose = share_right(model(task.choose), task.choose_y)
                    judge = share_right(model(task.judge), task.judge_y)
                found.append([labels, views, *as_text(Probed(0, choose, judge))])
            return found

        key = f"{name} {lr:g} {steps} {seed} {len(amounts)}"
        return self.runs.of(key, run)

    def told_turns(self, seed: int) -> Row:
        """Return how often the turn of a digit is told, of two turns and of four."""

        def run() -> Row:
            task = canvas_task(seed)
            both = self.learned("rotation", self.lr["rotation"], LONGER, seed)
            shown, y = turned(task.judge), task.judge_y.repeat(TURNS)
            with torch.no_grad():
                said = both.head(both.reader(shown.X)).argmax(dim=1)
            found = []
            for digit in range(CLASSES):
                r, mine = shown.r[y == digit], said[y == digit]
                two = (mine % 2 == r % 2).double().mean().item()
                four = (mine == r).double().mean().item()
                found.append([digit, 0, *as_text(Probed(0, two, four))])
            return found

        return self.runs.of(f"turns {seed}", run)

    def fixed(self, name: str, seed: int) -> Row:
        """Return what is read from features that have learned nothing, or from z."""

        def run() -> Row:
            features: Features = nn.Flatten()
            if name == "random":
                features = drawn(reader, seed)
            if name == "SimCLR, z":
                features = nn.Sequential(*self.simclr(seed))
            views = (0,) if name == "SimCLR, z" else (0, VIEWS)
            return read(features, canvas_task(seed), views, seed)

        return self.runs.of(f"{name} {seed}", run)


def all_of(runs: Runs) -> list[Row]:
    """Return the table of all runs."""
    table = Table(runs)
    for name in QUESTIONS:
        table.choose(name)
        lr = table.lr[name]
        found = [table.asked(name, lr, STEPS, seed, chosen=True) for seed in SEEDS]
        table.add("table", name, lr, STEPS, found)
    for name in ("pixels", "random", "SimCLR, z"):
        table.add("table", name, 0, 0, [table.fixed(name, seed) for seed in SEEDS])
    for name in TAUGHT:
        table.choose(name)
        lr = table.lr[name]
        found = [table.taught(name, lr, STEPS, seed, AMOUNTS) for seed in SEEDS]
        table.add("table", name, lr, STEPS, found)
    for name in PARTS:
        table.choose(name)
        lr = table.lr[name]
        found = [table.asked(name, lr, STEPS, seed, chosen=True) for seed in FEW]
        table.add("part", name, lr, STEPS, found)
    for name in ("SimCLR", "rotation"):
        lr = table.lr[name]
        found = [table.asked(name, lr, LONGER, seed, chosen=True) for seed in FEW]
        table.add("long", name, lr, LONGER, found)
    for name in ("from scratch", "from scratch, in views"):
        lr = table.lr[name]
        found = [table.taught(name, lr, LONGER, seed, (MIDDLE,)) for seed in FEW]
        table.add("long", name, lr, LONGER, found)
    found = [table.told_turns(seed) for seed in FEW]
    table.add("turns", "rotation", table.lr["rotation"], LONGER, found)
    return table.rows


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    made = worked(__file__, KEPT, all_of, seeds=[*SEEDS, OTHER])
    if made is None:
        return 1
    training, rows = made
    print(training.write_table("self_supervised_runs.csv", HEAD, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
