"""Train what the page on tasks shows: the layers on nouns, the two best elsewhere.

python -m tools.train_gnn_tasks          some half an hour of CPU, in pieces

Each call works for about five minutes of CPU, keeps what it has in
_build/train_gnn_tasks.json, and says whether to call it again. The last one writes
gnn_tasks_nouns.csv, gnn_tasks_links.csv and gnn_tasks_molecules.csv into
code/ml2020/data/trained. Their loader, ml2020/data/gnn_tasks_runs.py, holds the files'
sha256, which are printed.

All are tuned alike: first the rate (a factor of 3 apart, until the best is inside), at
the first of the decays; then, at this rate, the decay. Two seeds choose. The two layers
that validation likes best on nouns, over all seeds, go on to the other tasks.
"""

import csv
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ml2020.gnn import (
    Setting,
    hidden,
    learn_links,
    learn_nouns,
    learn_solubility,
    molecule_parts,
    neighbour_mean,
    nouns,
    rings,
    views,
)
from ml2020.gnn.fitting import Judged
from ml2020.gnn.links import LINEAR
from ml2020.gnn.nouns import Nouns
from ml2020.gnn.views import FARTHEST
from ml2020.support.rates import widened
from tools.trained import FOLDER, Training

KEPT = Path("_build/train_gnn_tasks.json")
SEEDS = range(5)  # of splits, weights and dropout: those of one seed are paired
CHOOSING = SEEDS[:2]  # by which a setting is chosen
RATES = [0.003, 0.009, 0.027]  # to begin with, for all
EPOCHS = {"nouns": 60, "links": 60, "molecules": 400}
DECAYS = {
    "nouns": (5e-4, 0.0, 5e-3),
    "links": (0.0, 5e-4),
    "molecules": (0.0,),
}
NO_LINKS = "MLP"
ENTRANTS = (
    *(NO_LINKS, "GCN", "NN4G", "MoNet", "DGC", "GAT", "DCNN", "GIN", "ChebNet"),
    *("SAGE mean", "SAGE max", "SAGE LSTM"),
)
SUMMED = "summed"  # a housing of the perceptron: its words are rings, added up
TAKEN_APART = "GCN"  # with both housings
TAKEN_APART_DECAYS = {"short": (0.0, 5e-4, 5e-3), "embedded": (0.0, 5e-4)}  # five seeds
PIECE = float(os.environ.get("PIECE", "300"))  # seconds of CPU of one call
HEAD = "method housing decay lr epochs seed validation test epoch"
Row = list[Any]
Learn = Callable[[str, str, Setting, int], Judged]

kept: dict[str, Any] = {"seconds": 0.0, "runs": {}}


class EnoughError(Exception):
    """This call has worked long enough."""


class Table:
    """The rows of one task: those asked for, each once."""

    def __init__(self, task: str, learn: Learn) -> None:
        self.task, self.learn = task, learn
        self.rows: dict[str, Row] = {}

    def run(self, method: str, housing: str, setting: Setting, seed: int) -> float:
        """Return the validation of one network, from an earlier call if it has it."""
        lr, epochs, decay = setting
        key = [method, housing, f"{decay:g}", f"{lr:.6g}", epochs, seed]
        name = json.dumps([self.task, *key])
        if name not in kept["runs"]:
            if sum(os.times()[:4]) > PIECE:
                raise EnoughError
            found = self.learn(method, housing, setting, seed)
            shares = [f"{v:.5g}" for v in (found.validation, found.test)]
            kept["runs"][name] = [*key, *shares, found.epoch]
            now = {**kept, "seconds": kept["seconds"] + sum(os.times()[:4])}
            KEPT.parent.mkdir(exist_ok=True)
            KEPT.write_text(json.dumps(now), encoding="utf-8")
            print(self.task, *kept["runs"][name], flush=True)
        self.rows[name] = kept["runs"][name]
        return float(self.rows[name][6])

    def tuned(self, method: str, housing: str = "short") -> Setting:
        """Return the best setting by the seeds that choose."""
        first, *others = DECAYS[self.task]

        def loss(lr: float, decay: float = first) -> float:
            setting = Setting(lr, EPOCHS[self.task], decay)
            return -sum(self.run(method, housing, setting, s) for s in CHOOSING)

        losses = widened(RATES, loss)
        lr = min(losses, key=lambda lr: losses[lr])
        found = {first: losses[lr]} | {decay: loss(lr, decay) for decay in others}
        best = min(found, key=lambda decay: found[decay])
        return Setting(lr, EPOCHS[self.task], best)

    def whole(self, method: str, setting: Setting, housing: str = "short") -> float:
        """Run all seeds of a setting, and return the sum of their validations."""
        return sum(self.run(method, housing, setting, seed) for seed in SEEDS)

    def contest(self, methods: Iterable[str]) -> list[str]:
        """Tune all, run all seeds, and return those that validation likes first."""
        likes = {method: self.whole(method, self.tuned(method)) for method in methods}
        return sorted(likes, key=lambda method: -likes[method])

    def sorted(self) -> list[Row]:
        """Return the rows, those of one setting beside each other."""
        return sorted(self.rows.values(), key=lambda row: [str(x) for x in row[:6]])


def noun_table() -> tuple[Table, list[str]]:
    """Return the rows of all methods on nouns, and the two best layers."""
    data = nouns()
    seen = views(data.graph, generator=torch.Generator().manual_seed(0))
    summed = data._replace(X=rings_added(data).to_sparse())

    def learn(method: str, housing: str, setting: Setting, seed: int) -> Judged:
        given, embedded = (summed if housing == SUMMED else data), housing == "embedded"
        return learn_nouns(method, given, seen, setting, seed, embedded=embedded)

    table = Table("nouns", learn)
    ranked = table.contest(ENTRANTS)
    table.whole(NO_LINKS, table.tuned(NO_LINKS, SUMMED), SUMMED)
    for housing, decays in TAKEN_APART_DECAYS.items():
        setting = table.tuned(TAKEN_APART, housing)
        for decay in decays:
            table.whole(TAKEN_APART, setting._replace(decay=decay), housing)
    return table, [method for method in ranked if method != NO_LINKS][:2]


def rings_added(data: Nouns) -> Tensor:
    """Return each noun's words, and the means of those at the distances 1 and 2."""
    X = data.X.to_dense()
    return X + sum(neighbour_mean(X, ring) for ring in rings(data.graph, FARTHEST))


def link_table(methods: Iterable[str]) -> Table:
    """Return the rows of some methods, and of the linear map, on hidden links."""
    data = nouns()
    dice = [torch.Generator().manual_seed(seed) for seed in SEEDS]
    parts = [hidden(data.graph, generator=one) for one in dice]

    def learn(method: str, housing: str, setting: Setting, seed: int) -> Judged:
        return learn_links(method, data.X, parts[seed], setting, seed)

    table = Table("links", learn)
    table.contest((LINEAR, *methods))
    return table


def molecule_table(methods: Iterable[str]) -> Table:
    """Return the rows of some methods on solubility."""
    parts = [molecule_parts(s) for s in SEEDS]

    def learn(method: str, housing: str, setting: Setting, seed: int) -> Judged:
        return learn_solubility(method, parts[seed], setting, seed)

    table = Table("molecules", learn)
    table.contest(methods)
    return table


OTHERS = {link_table: "GCN", molecule_table: "GIN"}  # and one that is asked for there


def main() -> int:
    """Train for a while; at the end write the tables, the record, and the hashes."""
    torch.set_num_threads(1)
    if KEPT.is_file():
        kept.update(json.loads(KEPT.read_text(encoding="utf-8")))
    training = Training(__file__, seeds=list(SEEDS), earlier=kept["seconds"])
    try:
        on_nouns, best = noun_table()
        entered = (NO_LINKS, *best)
        tables = [on_nouns, *(more((*entered, it)) for more, it in OTHERS.items())]
    except EnoughError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    names = [f"gnn_tasks_{table.task}.csv" for table in tables]
    for table, name in zip(tables, names, strict=True):
        with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
            rows = [HEAD.split(), *table.sorted()]
            csv.writer(file, lineterminator="\n").writerows(rows)
    training.write(names)
    print(json.dumps(training.record["files"], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
