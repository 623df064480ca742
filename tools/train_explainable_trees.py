"""Train networks that pay for the tree that imitates them, and four controls.

python -m tools.train_explainable_trees --for 60   works for a minute of CPU, then
                                                   stops; call it again until it is done

It writes code/ml2020/data/trained/explainable_trees.csv, a row a network, and its
record. The loader, ml2020/data/explainable_trees.py, holds the table's sha256,
printed at the end. Networks that are done are kept in _build/train_explainable_trees.

The prices are: the path that a guesser expects; the same by a guesser that learned
lengths in a wrong order; by one that is told the same length of every tree; the
squares of the parameters. The last rows have no price: their trees stop earlier, each
leaf has so many examples or more.
"""

import sys
from pathlib import Path
from unittest import mock

import torch

from ml2020.explainable import (
    answers,
    grown,
    learned,
    parabola,
    scores,
    tree_learning,
    tree_run,
)
from ml2020.explainable.tree_price import Guesser
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/train_explainable_trees")
TABLE = "explainable_trees.csv"
SEEDS = range(20)
UPDATES = 400
STRENGTHS = {
    "none": (0.0,),
    "tree": (0.01, 0.03, 0.1, 0.3),
    "shuffled": (0.01, 0.03, 0.1, 0.3),
    "constant": (0.03, 0.1),
    "squares": (0.0003, 0.001, 0.003, 0.01, 0.03),
}
LEAVES = (20, 50, 75, 100)
ALWAYS = 4.0  # questions: of trees as they are without a price


class Told(Guesser):
    """A guesser that is told the same length of every tree."""

    def learn(self) -> None:
        """Fit that length; what is noted of the trees stays true."""
        noted, self.lengths = self.lengths, [ALWAYS] * len(self.lengths)
        super().learn()
        self.lengths = noted


def run(kind: str, strength: float, updates: int, seed: int) -> Row:
    """Return what `tree_run` does; of a constant with the noise of the tree's runs."""
    if kind == "constant":
        with mock.patch.object(tree_learning, "Guesser", Told):
            return [*tree_run("tree", strength, seed, updates)]
    return [*tree_run("squares" if kind == "none" else kind, strength, seed, updates)]


def stopped(least: int, updates: int, seed: int) -> Row:
    """Return what `tree_run` does of no price, for a tree with larger leaves."""
    dice = torch.Generator().manual_seed(seed)
    data = parabola(500, generator=dice)
    judge = parabola(2000, 0.0, generator=dice)
    theta, _ = learned(data, "squares", 0.0, updates, generator=dice)
    said = [(scores(theta, X) > 0).long() for X in (data.X, judge.X)]
    told, asked = answers(grown(data.X, said[0], least), judge.X)
    pairs = (said[1], judge.truth), (told, judge.truth), (told, said[1])
    shares = [(one == other).double().mean().item() for one, other in pairs]
    return [asked.double().mean().item(), *shares, 0.0]


def all_of(runs: Runs) -> list[Row]:
    """Return a row for each network."""
    table = []
    plan = [(kind, s, UPDATES, SEEDS) for kind, all_ in STRENGTHS.items() for s in all_]
    for kind, strength, updates, seeds in plan:
        for seed in seeds:
            found = runs.of(
                f"{kind} {strength:.6g} {updates} {seed}",
                lambda w=kind, s=strength, k=seed, u=updates: run(w, s, u, k),
            )
            start = [kind, f"{strength:.6g}", updates, seed]
            table.append([*start, *(f"{v:.5g}" for v in found)])
    for least in LEAVES:
        for seed in SEEDS:
            found = runs.of(
                f"leaf {least} {UPDATES} {seed}",
                lambda n=least, k=seed: stopped(n, UPDATES, k),
            )
            table.append(["leaf", least, UPDATES, seed, *(f"{v:.5g}" for v in found)])
    return table


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    made = worked(__file__, KEPT / "runs.json", all_of, seeds=list(SEEDS))
    if made is None:
        return 1
    training, rows = made
    head = "kind strength updates seed path network tree agree follows".split()
    print(training.write_table(TABLE, head, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
