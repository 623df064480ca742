"""Train what the page on recursive networks shows: readers along trees, and others.

python -m tools.train_recursive --for 60   works for a minute of CPU, then stops; call
                                           it again until it says that it is done

It writes code/ml2020/data/trained/recursive_rates.csv, recursive_heights.csv,
recursive_draws.csv and recursive_readers.npz, and their record once all is there. The
loader, ml2020/data/recursive_runs.py, holds the sha256 of each, printed at the end.
What was done so far is kept in _build.

All readers have about as many numbers, see the same phrases, and get the same rates,
and more until the best of each lies inside: it has the greatest share right of phrases
of heights 3 and 4 that no run learned from. Of rates that tie it is the middle one, of
an even number the lower. Networks at the best rate are judged by other phrases, height
by height; from height 3 on none has learned from them or chosen by them. The long runs,
of ten times as many phrases, have rates of their own, found in the same way.

Controls: readers of phrases of not and very alone, and of phrases of both and either
alone, which choose by height 5 and are judged by 6 and 7; a tensor whose products
within a part, or whose products of all kinds, stay 0; and the plain cell and the tensor
on other draws of the phrases.
"""

import sys
from collections.abc import Callable
from functools import cache, cached_property
from itertools import product
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
    both_ways_scores,
    chances_of,
    degree_classes,
    drawn_phrases,
    first_both_ways,
    first_reader,
    learned,
    learned_both_ways,
    left_branching,
    prepared,
    right_branching,
    share_right,
    unpacked,
    words_of,
)
from tools.trained import sha256
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/recursive.json")
SEEDS = range(5)
RATES = [0.003, 0.009, 0.027]
LEARNED, CHOSEN = range(1, 5), range(3, 5)  # heights
JUDGED, JUDGED_LONG = range(1, 8), range(1, 11)
FEW, FEW_CHOSEN, FEW_JUDGED = range(1, 5), 5, range(6, 8)  # of some words alone
BATCH, UPDATES, LONG = 32, 160, 1600
CHOOSE, JUDGE = 500, 200  # phrases; to judge by, of each height
DRAWS = range(1, 11)  # of other phrases
SIZES = {
    "bag of words": 1,
    "Elman": 38,
    "LSTM": 18,
    "BiLSTM": 12,
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
        few: The kind of phrases that it meets, if it meets not all.
        products: Of a tensor, those that it may learn; the others stay 0.
    """

    kind: str
    told: Callable[[list[str]], Tree] | None = None
    long: bool = False
    few: str = ""
    products: str = "all"


def backwards(words: list[str]) -> Tree:
    """Return a tree with the words from the last to the first."""
    return left_branching(words[::-1])


CONTESTANTS = {
    "bag of words": Contestant("bag of words"),
    "Elman": Contestant("Elman"),
    "Elman, backwards": Contestant("Elman", backwards),
    "LSTM": Contestant("LSTM"),
    "LSTM, backwards": Contestant("LSTM", backwards),
    "BiLSTM": Contestant("BiLSTM"),
    "RecNN": Contestant("RecNN"),
    "RNTN": Contestant("RNTN"),
    "MV-RNN": Contestant("MV-RNN"),
    "Tree-LSTM": Contestant("Tree-LSTM"),
    "Tree-LSTM, left": Contestant("Tree-LSTM", left_branching),
    "Tree-LSTM, right": Contestant("Tree-LSTM", right_branching),
    "Tree-LSTM, halves": Contestant("Tree-LSTM", balanced),
    "LSTM, few": Contestant("LSTM", few="not and very"),
    "LSTM, backwards, few": Contestant("LSTM", backwards, few="not and very"),
    "LSTM, joined": Contestant("LSTM", few="both and either"),
    "LSTM, backwards, joined": Contestant("LSTM", backwards, few="both and either"),
    "RNTN, across": Contestant("RNTN", products="across"),
    "RNTN, none": Contestant("RNTN", products="none"),
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
    "Elman, backwards",
    "BiLSTM",
)
CONTESTANTS |= {
    f"{name}, long": CONTESTANTS[name]._replace(long=True) for name in LONGER
}


class AtRates(NamedTuple):
    """A rule whose steps grow with its rate, with a rate for each network."""

    rule: Rule[Any]
    rates: Tensor  # (networks, 1)
    free: Tensor  # 1 for each number that may move, 0 for the others

    def init(self, theta: Tensor) -> Any:
        """Return the memory of parameters that have not moved yet."""
        return self.rule.init(theta)

    def step(self, theta: Tensor, g: Tensor, memory: Any) -> tuple[Tensor, Any]:
        """Return theta after one step; who has an infinite slope stands still."""
        g = torch.where(g.isfinite().all(dim=-1, keepdim=True), g, 0) * self.free
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
    kind = "LSTM" if contestant.kind == "BiLSTM" else contestant.kind
    return prepared(kind, trees), classes


def modified(count: int) -> list[Tree]:
    """Return all phrases of some words not and very before an adjective."""
    before = product(("not", "very"), repeat=count)
    return [
        right_branching([*words, end]) for words in before for end in ("good", "bad")
    ]


def joined(height: int, roll: torch.Generator) -> Tree:
    """Return a phrase of a height of both and either alone, else as `drawn_phrase`."""

    def chance(sides: int) -> int:
        return int(torch.randint(sides, (1,), generator=roll))

    if height == 0:
        return ("good", "bad")[chance(2)]
    first, second = joined(height - 1, roll), joined(chance(height), roll)
    if chance(2):
        first, second = second, first
    opening, closing = (("both", "and"), ("either", "or"))[chance(2)]
    return (opening, first), (closing, second)


def few_phrases(kind: str) -> list[list[Tree]]:
    """Return batches of phrases of some words alone, of heights drawn alike."""
    every, roll = {height: modified(height) for height in FEW}, dice(4)
    batches = []
    for _ in range(UPDATES):
        heights = torch.randint(FEW.start, FEW.stop, (BATCH,), generator=roll).tolist()
        if kind == "both and either":
            batches.append([joined(h, roll) for h in heights])
            continue
        places = torch.rand(BATCH, generator=roll, dtype=torch.float64).tolist()
        batches.append(
            [
                every[h][int(place * len(every[h]))]
                for h, place in zip(heights, places, strict=True)
            ]
        )
    return batches


def few_judging(kind: str, height: int) -> list[Tree]:
    """Return phrases of some words alone, higher than those learned from."""
    if kind == "not and very":
        return modified(height)
    roll = dice(50 + height)
    return [joined(height, roll) for _ in range(JUDGE)]


def first_of(contestant: Contestant, seed: int) -> Tensor:
    """Return the first numbers of a reader."""
    kind, d = contestant.kind, SIZES[contestant.kind]
    if kind == "BiLSTM":
        return first_both_ways(d, generator=dice(seed))
    theta = first_reader(kind, d, generator=dice(seed))
    return theta * free(contestant)


def free(contestant: Contestant) -> Tensor:
    """Return 1 for each number of a reader that may learn, 0 for what stays 0."""
    kind, d = contestant.kind, SIZES[contestant.kind]
    if kind == "BiLSTM" or contestant.products == "all":
        return torch.ones(1, dtype=torch.float32)
    mask = torch.ones_like(first_reader(kind, d, generator=dice(0)))
    V = unpacked(mask, kind, d)[1].unflatten(0, (d, 2 * d))
    V.zero_()
    if contestant.products == "across":
        V[:, :d, d:] = 1
        V[:, d:, :d] = 1
    return mask


class Contest:
    """The phrases, and the runs of each contestant."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs

    @cached_property
    def batches(self) -> list[list[Tree]]:
        """Return those of a short run, the beginning of those of a long one."""
        roll = dice(1)
        return [drawn_phrases(BATCH, LEARNED, generator=roll) for _ in range(UPDATES)]

    @cached_property
    def more(self) -> list[list[Tree]]:
        """Return the batches of a long run, without the phrases that judge."""
        roll = dice(1)
        drawn = (drawn_phrases(BATCH, LEARNED, generator=roll) for _ in range(LONG))
        return [[tree for tree in batch if tree not in self.apart] for batch in drawn]

    @cached_property
    def seen(self) -> set[Tree]:
        """Return what a short run learns from."""
        return {tree for batch in self.batches for tree in batch}

    @cached_property
    def spare(self) -> list[Tree]:
        """Return phrases of which none that is new shall be learned from."""
        return drawn_phrases(CHOOSE, LEARNED, generator=dice(2))

    @cached_property
    def judge(self) -> dict[int, list[Tree]]:
        """Return phrases that judge, by height; from 3 on none that was learned."""
        drawn, found = dice(3), {}
        for height in JUDGED_LONG:
            met = drawn_phrases(JUDGE * 2, range(height, height + 1), generator=drawn)
            new = [tree for tree in met if height < 3 or tree not in self.seen]
            found[height] = new[:JUDGE]
        return found

    @cached_property
    def apart(self) -> set[Tree]:
        """Return the phrases that no long run and no other draw shall learn from."""
        judging = set().union(*(self.judge[h] for h in JUDGED if h > 2))
        return ({*self.spare} - self.seen) | judging

    @cached_property
    def choose(self) -> list[Tree]:
        """Return phrases of heights 3 and 4 that nobody learns from, to choose by."""
        others = drawn_phrases(8 * CHOOSE, CHOSEN, generator=dice(5))
        met = {tree for batch in self.more for tree in batch}  # the short runs, too
        met |= set().union(*self.judge.values())
        return [
            tree
            for tree in self.spare + others
            if chances_of(tree)[0] in CHOSEN and tree not in met
        ][:CHOOSE]

    def batches_of(self, contestant: Contestant) -> list[list[Tree]]:
        """Return what a contestant learns from."""
        if contestant.few:
            return few_phrases(contestant.few)
        return self.more if contestant.long else self.batches

    def judging_of(self, contestant: Contestant) -> dict[int, list[Tree]]:
        """Return what judges a contestant, by height."""
        if contestant.few:
            few = contestant.few
            return {height: few_judging(few, height) for height in FEW_JUDGED}
        heights = JUDGED_LONG if contestant.long else JUDGED
        return {height: self.judge[height] for height in heights}

    def trained(
        self, name: str, rates: list[float], batches: list[list[Tree]]
    ) -> Tensor:
        """Return networks that have learned, for each rate one a seed."""
        contestant = CONTESTANTS[name]
        kind, d = contestant.kind, SIZES[contestant.kind]
        theta = torch.stack([first_of(contestant, seed) for seed in SEEDS])
        theta = theta.repeat(len(rates), 1)
        at = torch.tensor(rates, dtype=torch.float32).repeat_interleave(len(SEEDS))
        told = (read(contestant, batch) for batch in batches)
        rule = AtRates(Adam(lr=1.0), at[:, None], free(contestant))
        if kind == "BiLSTM":
            return learned_both_ways(theta, d, rule, told)
        return learned(theta, kind, d, rule, told)

    def shares(self, name: str, theta: Tensor, trees: list[Tree]) -> list[float]:
        """Return the share that each network gets right."""
        contestant = CONTESTANTS[name]
        kind, (told, classes) = contestant.kind, read(contestant, trees)
        if kind == "BiLSTM":
            best = both_ways_scores(theta, SIZES[kind], told).argmax(dim=-1)
            found = (best == classes).float().mean(dim=-1)
        else:
            found = share_right(theta, kind, SIZES[kind], told, classes)
        return [round(share, 4) for share in found.tolist()]

    def keep_networks(self, name: str, rates: list[float]) -> None:
        """Train the networks of some rates, and keep them in 16 bits."""
        batches = self.batches_of(CONTESTANTS[name])
        theta = self.trained(name, rates, batches)
        networks = theta.half().numpy().reshape(len(rates), len(SEEDS), -1)
        KEPT.parent.mkdir(exist_ok=True)
        for lr, kept in zip(rates, networks, strict=True):
            np.save(self.file(name, lr), kept)

    def file(self, name: str, lr: float) -> Path:
        """Return where the networks of a rate are kept."""
        return KEPT.with_name(f"recursive {name} {lr:.4g}.npy")

    def networks(self, name: str, lr: float) -> Tensor:
        """Return the networks of a rate, as they were kept."""
        kept = np.load(self.file(name, lr), allow_pickle=False)
        return torch.from_numpy(kept).float()

    def of(self, name: str) -> tuple[list[Row], float]:
        """Return the table of rates, and the best one."""
        rates = RATES
        if CONTESTANTS[name].long:  # a longer way, so perhaps shorter steps
            short = self.of(name.removesuffix(", long"))[1]
            rates = [short / 9, short / 3, short]
        rows = self.run(name, rates)
        while True:
            sums = [round(sum(shares), 4) for _, shares in rows]
            best = zip(sums, rows, strict=True)
            tied = [row[0] for total, row in best if total == max(sums)]
            known = [row[0] for row in rows]
            if min(tied) == min(known):
                rows = sorted(self.run(name, [min(known) / 3]) + rows)
            elif max(tied) == max(known):
                rows = sorted(rows + self.run(name, [max(known) * 3]))
            else:
                return rows, tied[(len(tied) - 1) // 2]

    def run(self, name: str, rates: list[float]) -> list[Row]:
        """Return the runs at some rates, made once."""
        keys = {lr: f"trained {name} {lr:.4g}" for lr in rates}
        missing = [lr for lr in rates if keys[lr] not in self.runs.rows]
        make = cache(lambda: self.keep_networks(name, missing))
        for lr in missing:
            self.runs.of(keys[lr], lambda: [make()])
        found = []
        for lr in rates:
            key = f"chosen {name} {lr:.4g}"
            found.append([lr, self.runs.of(key, lambda lr=lr: self.chosen(name, lr))])
        return found

    def chosen(self, name: str, lr: float) -> list[float]:
        """Return the shares right of the phrases that choose the rate."""
        few = CONTESTANTS[name].few
        trees = few_judging(few, FEW_CHOSEN) if few else self.choose
        return self.shares(name, self.networks(name, lr), trees)

    def judged(self, name: str, lr: float) -> list[Row]:
        """Return the shares at each height of the networks of a rate."""
        theta = self.networks(name, lr)
        of_height = self.judging_of(CONTESTANTS[name])
        return [[h, self.shares(name, theta, trees)] for h, trees in of_height.items()]

    def other_draw(self, name: str, lr: float, draw: int) -> list[Row]:
        """Return the shares at each height of networks that learned other phrases."""
        roll = dice(100 + draw)
        drawn = (drawn_phrases(BATCH, LEARNED, generator=roll) for _ in range(UPDATES))
        batches = [
            [tree for tree in batch if tree not in self.apart] for batch in drawn
        ]
        theta = self.trained(name, [lr], batches).half().float()
        return [[h, self.shares(name, theta, self.judge[h])] for h in JUDGED]


Tables = tuple[list[Row], list[Row], list[Row], dict[str, Tensor]]


def with_seeds(head: list[Any], shares: list[float]) -> list[Row]:
    """Return a row a network."""
    pairs = zip(SEEDS, shares, strict=True)
    return [[*head, seed, share] for seed, share in pairs]


def tables(runs: Runs) -> Tables:
    """Return all rates, heights and other draws, and networks of the best rates."""
    contest = Contest(runs)
    rates: list[Row] = []
    heights: list[Row] = []
    draws: list[Row] = []
    kept = {}
    for name in ("RecNN", "RNTN"):
        lr = contest.of(name)[1]
        for draw in DRAWS:
            found = runs.of(
                f"draw {draw} {name} {lr:.4g}",
                lambda name=name, lr=lr, draw=draw: contest.other_draw(name, lr, draw),
            )
            for h, shares in found:
                draws += with_seeds([name, draw, h], shares)
    for name, contestant in CONTESTANTS.items():
        rows, best = contest.of(name)
        for lr, shares in rows:
            rates += with_seeds([name, f"{lr:.6g}"], shares)
        found = runs.of(
            f"judged {name} {best:.4g}",
            lambda name=name, best=best: contest.judged(name, best),
        )
        steps = LONG if contestant.long else UPDATES
        for h, shares in found:
            heights += with_seeds([name, f"{best:.6g}", steps, h], shares)
        if name.removesuffix(", long") in STORED:
            kept[name] = contest.networks(name, best)
    return rates, heights, draws, kept


def main() -> int:
    """Work for a while; write the tables and their record when all is done."""
    made = worked(__file__, KEPT, tables, seeds=list(SEEDS))
    if made is None:
        return 1
    training, (rates, heights, draws, kept) = made
    parts = ("rates.csv", "heights.csv", "draws.csv", "readers.npz")
    names = [f"recursive_{part}" for part in parts]
    training.write_table(names[0], "reader lr seed choose".split(), rates)
    head = "reader lr steps height seed share".split()
    training.write_table(names[1], head, heights)
    training.write_table(names[2], "reader draw height seed share".split(), draws)
    arrays = {name: theta.half().numpy() for name, theta in kept.items()}
    np.savez_compressed(training.folder / names[3], **arrays)
    training.write(names)
    for name in names:
        print(name, sha256(training.folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
