"""Train what the page on tasks shows: layers on nouns, some on links and molecules.

python -m tools.train_gnn_tasks          some ten minutes of CPU, in pieces

Each call works for about five minutes of CPU, keeps what it has in
_build/train_gnn_tasks.json, and says whether to call it again. The last one writes
gnn_tasks_nouns.csv, gnn_tasks_links.csv and gnn_tasks_molecules.csv into
code/ml2020/data/trained. Their loader, ml2020/data/gnn_tasks_runs.py, holds the files'
sha256, which are printed.
"""

import csv
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from ml2020.gnn import (
    hidden,
    learn_links,
    learn_nouns,
    learn_solubility,
    molecule_parts,
    nouns,
    views,
)
from ml2020.gnn.nouns import Judged
from ml2020.support.rates import widened
from tools.trained import FOLDER, Training

KEPT = Path("_build/train_gnn_tasks.json")
TRAINED = ("MLP", "NN4G", "MoNet", "SAGE mean")  # on nouns
OTHERS = ("MLP", "DGC", "NN4G")  # on links and molecules, the first two for longer, too
SEEDS = range(5)  # of splits, weights and dropout: those of one seed are paired
CHOOSING = {"nouns": 2, "links": 3, "molecules": 3}  # seeds by which a rate is chosen
RATES = {task: [0.003 * 3**k for k in range(5)] for task in ("links", "molecules")}
RATES["nouns"] = [0.003, 0.009, 0.027]
EPOCHS = {"nouns": 40, "links": 20, "molecules": 40}
LONG = {"links": 100, "molecules": 400}
PIECE = float(os.environ.get("PIECE", "300"))  # seconds of CPU of one call
HEAD = "method lr epochs seed validation test epoch"
Row = list[Any]
Learn = Callable[[str, float, int, int], Judged]

kept: dict[str, Any] = {"seconds": 0.0, "runs": {}}


class EnoughError(Exception):
    """This call has worked long enough."""


def run(task: str, method: str, lr: float, seed: int, epochs: int, learn: Learn) -> Row:
    """Return the row of one network, from an earlier call if it has it."""
    key = [method, f"{lr:.6g}", epochs, seed]
    name = json.dumps([task, *key])
    if name not in kept["runs"]:
        if sum(os.times()[:4]) > PIECE:
            raise EnoughError
        found = learn(method, lr, seed, epochs)
        shares = [f"{v:.5g}" for v in (found.validation, found.test)]
        kept["runs"][name] = [*key, *shares, found.epoch]
        now = {**kept, "seconds": kept["seconds"] + sum(os.times()[:4])}
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(now), encoding="utf-8")
        print(task, *kept["runs"][name], flush=True)
    return kept["runs"][name]


def tuned(task: str, method: str, learn: Learn) -> tuple[list[Row], float]:
    """Return the rows of all rates, and the best rate."""
    table: list[Row] = []

    def loss(lr: float) -> float:
        seeds = SEEDS[: CHOOSING[task]]
        rows = [run(task, method, lr, s, EPOCHS[task], learn) for s in seeds]
        table.extend(rows)
        return -sum(float(row[4]) for row in rows) / len(rows)

    losses = widened(RATES[task], loss)
    best = min(losses, key=lambda lr: losses[lr])
    kin = [row for row in table if float(row[1]) == float(f"{best:.6g}")]
    more = SEEDS[CHOOSING[task] :]
    kin += [run(task, method, best, s, EPOCHS[task], learn) for s in more]
    table = [row for row in table if row not in kin] + kin  # in the order of seeds
    return table, best


def both_lengths(task: str, learn: Learn) -> list[Row]:
    """Return the rows of some methods, and long ones of the first two at two rates."""
    table: list[Row] = []
    for method in OTHERS:
        rows, rate = tuned(task, method, learn)
        table += rows
        for lr in (rate, 3 * rate) if method in OTHERS[:2] else ():
            table += [run(task, method, lr, s, LONG[task], learn) for s in SEEDS]
    return table


def noun_rows() -> list[Row]:
    """Return the rows of some methods on nouns."""
    data = nouns()
    seen = views(data.graph, generator=torch.Generator().manual_seed(0))

    def learn(method: str, lr: float, seed: int, epochs: int) -> Judged:
        return learn_nouns(method, data, seen, lr, seed, epochs)

    return [row for method in TRAINED for row in tuned("nouns", method, learn)[0]]


def link_rows() -> list[Row]:
    """Return the rows of some methods on links: each seed hides other edges."""
    data = nouns()
    parts = [
        hidden(data.graph, generator=torch.Generator().manual_seed(s)) for s in SEEDS
    ]

    def learn(method: str, lr: float, seed: int, epochs: int) -> Judged:
        return learn_links(method, data.X, parts[seed], lr, seed, epochs)

    return both_lengths("links", learn)


def molecule_rows() -> list[Row]:
    """Return the rows of some methods on solubility."""
    parts = [molecule_parts(s) for s in SEEDS]

    def learn(method: str, lr: float, seed: int, epochs: int) -> Judged:
        return learn_solubility(method, parts[seed], lr, seed, epochs)

    return both_lengths("molecules", learn)


def main() -> int:
    """Train for a while; at the end write the tables, the record, and the hashes."""
    torch.set_num_threads(1)
    if KEPT.is_file():
        kept.update(json.loads(KEPT.read_text(encoding="utf-8")))
    training = Training(__file__, seeds=list(SEEDS), earlier=kept["seconds"])
    try:
        tables = {"nouns": noun_rows()}
        tables["links"] = link_rows()
        tables["molecules"] = molecule_rows()
    except EnoughError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    for task, rows in tables.items():
        path = FOLDER / f"gnn_tasks_{task}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([HEAD.split(), *rows])
    training.write([f"gnn_tasks_{task}.csv" for task in tables])
    print(json.dumps(training.record["files"], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
