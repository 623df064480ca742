"""Train what the page on recursive networks shows: readers along trees, and others.

python -m tools.train_recursive --for 60   works for a minute of CPU, then stops; call
                                           it again until it says that it is done

It writes code/ml2020/data/trained/recursive_rates.csv, recursive_heights.csv and
recursive_readers.npz, and their record once all is there. The loader,
ml2020/data/recursive_runs.py, holds the sha256 of each, printed at the end. What was
done so far is kept in _build.

All readers have about as many numbers, see the same phrases, and get the same rates,
and more until the best of each lies inside: it has the greatest share right of phrases
to choose by. Networks at its best rate are judged by other phrases, height by height;
from height 3 on none has learned from them. The long runs, of ten times as many
phrases, have rates of their own, found in the same way.
"""

import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ml2020.gradient_descent import Rule
from ml2020.optimization import Adam
from ml2020.recursive import (
    Tree,
    balanced,
    degree_classes,
    drawn_phrases,
    first_reader,
    learned,
    left_branching,
    prepared,
    right_branching,
    share_right,
    words_of,
)
from tools.trained import sha256
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/recursive.json")
SEEDS = range(5)
RATES = [0.003, 0.009, 0.027]
LEARNED, JUDGED = range(1, 5), range(1, 8)  # heights
BATCH, UPDATES, LONG = 32, 160, 1600
CHOOSE, JUDGE = 500, 200  # phrases; to judge by, of each height
SIZES = {
    "bag of words": 1,
    "Elman": 38,
    "LSTM": 18,
    "RecNN": 29,
    "RNTN": 8,
    "MV-RNN": 12,
    "Tree-LSTM": 13,
}  # numbers of a state, so that each but the bag has about 2,000 parameters
STORED = ("LSTM", "LSTM, backwards", "RecNN", "RNTN", "MV-RNN", "Tree-LSTM")


class Contestant(NamedTuple):
    """A kind of reader, and what it is told of a phrase.

    Attributes:
        kind: One of the package's readers.
        told: Makes of the words the tree that it gets; None leaves the true one.
        long: Whether it learns ten times as long.
    """

    kind: str
    told: Callable[[list[str]], Tree] | None = None
    long: bool = False


def backwards(words: list[str]) -> Tree:
    """Return a tree with the words from the last to the first."""
    return left_branching(words[::-1])


CONTESTANTS = {
    "bag of words": Contestant("bag of words"),
    "Elman": Contestant("Elman"),
    "LSTM": Contestant("LSTM"),
    "LSTM, backwards": Contestant("LSTM", backwards),
    "RecNN": Contestant("RecNN"),
    "RNTN": Contestant("RNTN"),
    "MV-RNN": Contestant("MV-RNN"),
    "Tree-LSTM": Contestant("Tree-LSTM"),
    "Tree-LSTM, left": Contestant("Tree-LSTM", left_branching),
    "Tree-LSTM, right": Contestant("Tree-LSTM", right_branching),
    "Tree-LSTM, halves": Contestant("Tree-LSTM", balanced),
}
LONGER = (
    "LSTM",
    "LSTM, backwards",
    "RecNN",
    "RNTN",
    "Tree-LSTM",
    "Tree-LSTM, right",
    "MV-RNN",
    "Elman",
)
CONTESTANTS |= {
    f"{name}, long": CONTESTANTS[name]._replace(long=True) for name in LONGER
}


class AtRates(NamedTuple):
    """A rule whose steps grow with its rate, with a rate for each network."""

    rule: Rule[Any]
    rates: Tensor  # (networks, 1)

    def init(self, theta: Tensor) -> Any:
        """Return the memory of parameters that have not moved yet."""
        return self.rule.init(theta)

    def step(self, theta: Tensor, g: Tensor, memory: Any) -> tuple[Tensor, Any]:
        """Return theta after one step; who has an infinite slope stands still."""
        g = torch.where(g.isfinite().all(dim=-1, keepdim=True), g, 0)
        movement, memory = self.rule.step(torch.zeros_like(theta), g, memory)
        return theta + self.rates * movement, memory


def dice(seed: int) -> torch.Generator:
    """Return a generator."""
    return torch.Generator().manual_seed(seed)


def read(contestant: Contestant, trees: list[Tree]) -> tuple[Any, Tensor]:
    """Return phrases as a contestant is told them, and what they mean."""
    classes = degree_classes(trees)
    if contestant.told:
        trees = [contestant.told(words_of(tree)) for tree in trees]
    return prepared(contestant.kind, trees), classes


class Contest:
    """The phrases, and the runs of each contestant."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        roll = dice(1)
        # the short runs see the beginning of what the long ones see
        self.batches = [
            drawn_phrases(BATCH, LEARNED, generator=roll) for _ in range(UPDATES)
        ]
        seen = {tree for batch in self.batches for tree in batch}
        self.choose = drawn_phrases(CHOOSE, LEARNED, generator=dice(2))
        self.apart = {*self.choose} - seen  # nor shall the long runs see them
        drawn = dice(3)
        self.judge: dict[int, list[Tree]] = {}
        for height in JUDGED:
            met = drawn_phrases(JUDGE * 2, range(height, height + 1), generator=drawn)
            new = [tree for tree in met if height < 3 or tree not in seen]
            self.judge[height] = new[:JUDGE]

    def trained(self, name: str, rates: list[float]) -> Tensor:
        """Return networks that have learned, for each rate one a seed."""
        contestant = CONTESTANTS[name]
        kind, d = contestant.kind, SIZES[contestant.kind]
        theta = torch.stack([first_reader(kind, d, generator=dice(s)) for s in SEEDS])
        at = torch.tensor(rates, dtype=torch.float32).repeat_interleave(len(SEEDS))
        batches = self.more if contestant.long else self.batches
        told = (read(contestant, batch) for batch in batches)
        rule = AtRates(Adam(lr=1.0), at[:, None])
        return learned(theta.repeat(len(rates), 1), kind, d, rule, told)

    @cached_property
    def more(self) -> list[list[Tree]]:
        """Return the batches of a long run, without the phrases that judge."""
        roll = dice(1)
        apart = self.apart.union(*(self.judge[h] for h in JUDGED if h > 2))
        drawn = (drawn_phrases(BATCH, LEARNED, generator=roll) for _ in range(LONG))
        return [[tree for tree in batch if tree not in apart] for batch in drawn]

    def shares(self, name: str, theta: Tensor, trees: list[Tree]) -> list[float]:
        """Return the share that each network gets right."""
        contestant = CONTESTANTS[name]
        kind = contestant.kind
        found = share_right(theta, kind, SIZES[kind], *read(contestant, trees))
        return [round(share, 4) for share in found.tolist()]

    def at_rates(self, name: str, rates: list[float]) -> Row:
        """Return the shares of the phrases to choose by, and keep the networks."""
        theta = self.trained(name, rates)
        shares = self.shares(name, theta, self.choose)
        networks = theta.half().numpy().reshape(len(rates), len(SEEDS), -1)
        n = len(SEEDS)
        KEPT.parent.mkdir(exist_ok=True)
        for k, lr in enumerate(rates):
            np.save(self.file(name, lr), networks[k])
        return [[lr, shares[k * n : k * n + n]] for k, lr in enumerate(rates)]

    def file(self, name: str, lr: float) -> Path:
        """Return where the networks of a rate are kept."""
        return KEPT.with_name(f"recursive {name} {lr:.4g}.npy")

    def of(self, name: str) -> tuple[list[Row], float, Tensor]:
        """Return the table of rates, the best one, and its networks."""
        rates = RATES
        if CONTESTANTS[name].long:  # a longer way, so perhaps shorter steps
            short = self.of(name.removesuffix(", long"))[1]
            rates = [short / 9, short / 3, short]
        rows = self.run(name, rates)
        while True:
            best = max(rows, key=lambda row: sum(row[1]))[0]
            known = [row[0] for row in rows]
            if min(known) < best < max(known):
                break
            more = best / 3 if best == min(known) else best * 3
            rows = rows + self.run(name, [more])
        best = max(rows, key=lambda row: sum(row[1]))
        theta = np.load(self.file(name, best[0]), allow_pickle=False)
        return sorted(rows), best[0], torch.from_numpy(theta).float()

    def run(self, name: str, rates: list[float]) -> list[Row]:
        """Return the runs at some rates, made once."""
        key = f"{name} {' '.join(f'{lr:.4g}' for lr in rates)}"
        return list(self.runs.of(key, lambda: self.at_rates(name, rates)))


Tables = tuple[list[Row], list[Row], dict[str, Tensor]]


def tables(runs: Runs) -> Tables:
    """Return all rates, all heights, and the networks of the best rates."""
    contest = Contest(runs)
    rates: list[Row] = []
    heights: list[Row] = []
    kept = {}
    for name, contestant in CONTESTANTS.items():
        rows, best, theta = contest.of(name)
        for lr, shares in rows:
            pairs = zip(SEEDS, shares, strict=True)
            rates += [[name, f"{lr:.6g}", seed, share] for seed, share in pairs]
        found = runs.of(
            f"heights {name} {best:.4g}",
            lambda name=name, theta=theta: [
                contest.shares(name, theta, contest.judge[h]) for h in JUDGED
            ],
        )
        steps = LONG if contestant.long else UPDATES
        for h, shares in zip(JUDGED, found, strict=True):
            heights += [
                [name, steps, h, s, v] for s, v in zip(SEEDS, shares, strict=True)
            ]
        if name.removesuffix(", long") in STORED:
            kept[name] = theta
    return rates, heights, kept


def main() -> int:
    """Work for a while; write the tables and their record when all is done."""
    made = worked(__file__, KEPT, tables, seeds=list(SEEDS))
    if made is None:
        return 1
    training, (rates, heights, kept) = made
    names = [
        f"recursive_{what}" for what in ("rates.csv", "heights.csv", "readers.npz")
    ]
    training.write_table(names[0], "reader lr seed choose".split(), rates)
    training.write_table(names[1], "reader steps height seed share".split(), heights)
    arrays = {name: theta.half().numpy() for name, theta in kept.items()}
    np.savez_compressed(training.folder / names[2], **arrays)
    training.write(names)
    for name in names:
        print(name, sha256(training.folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
