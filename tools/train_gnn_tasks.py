"""Train what the page on tasks shows: layers on nouns, some on links and molecules.

python -m tools.train_gnn_tasks          some seven minutes of CPU, in pieces

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
TRAINED = ["MLP", "NN4G", "MoNet", "SAGE mean", "DGC", "GCN", "GAT", "GIN", "ChebNet"]
TRAINED += ["DCNN"]  # without two more pools of GraphSAGE, max and LSTM: they are dear
SEEDS = range(5)  # of splits, weights and dropout: those of one seed are paired
CHOOSING = {"nouns": 2, "links": 2, "molecules": 3}  # seeds by which a rate is chosen
RATES = {task: [0.003, 0.009, 0.027] for task in ("nouns", "links")}
RATES["molecules"] = [0.003 * 3**k for k in range(5)]
EPOCHS = {"nouns": 40, "links": 40, "molecules": 40}
LONG = 400  # of two methods on molecules
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


def tuned(task: str, method: str, learn: Learn) -> tuple[list[Row], float, float]:
    """Return the rows of all rates, the best rate, and its mean validation."""
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
    return table, best, sum(float(row[4]) for row in kin) / len(kin)


def longer(task: str, method: str, lr: float, learn: Learn) -> list[Row]:
    """Return the rows of a method that trains on for longer."""
    return [run(task, method, lr, s, LONG, learn) for s in SEEDS]


def noun_rows() -> tuple[list[Row], str]:
    """Return the rows of methods on nouns, and the layer that validation likes best."""
    data = nouns()
    seen = views(data.graph, generator=torch.Generator().manual_seed(0))

    def learn(method: str, lr: float, seed: int, epochs: int) -> Judged:
        return learn_nouns(method, data, seen, lr, seed, epochs)

    table: list[Row] = []
    means = {}
    for method in TRAINED:
        rows, _, means[method] = tuned("nouns", method, learn)
        table += rows
    del means["MLP"]
    best = max(means, key=lambda method: means[method])
    return table, best


def link_rows(methods: list[str]) -> list[Row]:
    """Return the rows of some methods on links: each seed hides other edges."""
    data = nouns()
    parts = [
        hidden(data.graph, generator=torch.Generator().manual_seed(s)) for s in SEEDS
    ]

    def learn(method: str, lr: float, seed: int, epochs: int) -> Judged:
        return learn_links(method, data.X, parts[seed], lr, seed, epochs)

    return [row for method in methods for row in tuned("links", method, learn)[0]]


def molecule_rows() -> list[Row]:
    """Return the rows of three methods on solubility, and long ones of two of them."""
    parts = [molecule_parts(s) for s in SEEDS]

    def learn(method: str, lr: float, seed: int, epochs: int) -> Judged:
        return learn_solubility(method, parts[seed], lr, seed, epochs)

    table: list[Row] = []
    for method in ("MLP", "DGC", "NN4G"):
        rows, rate, _ = tuned("molecules", method, learn)
        table += rows
        for lr in (rate, 3 * rate) if method != "NN4G" else ():
            table += longer("molecules", method, lr, learn)
    return table


def main() -> int:
    """Train for a while; at the end write the tables, the record, and the hashes."""
    torch.set_num_threads(1)
    if KEPT.is_file():
        kept.update(json.loads(KEPT.read_text(encoding="utf-8")))
    training = Training(__file__, seeds=list(SEEDS), earlier=kept["seconds"])
    try:
        tables = {}
        tables["nouns"], best = noun_rows()
        tables["links"] = link_rows(["MLP", best])
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
