"""Train what the page on small networks shows: every way to make one smaller.

python -m tools.train_compression_small --for 60   works for a minute of CPU, then
                                                   stops; call it until it is done

It writes code/ml2020/data/trained/compression_small_runs.csv and its record. The
loader, ml2020/data/compression_small_runs.py, holds the sha256, printed at the end.
What was done so far is kept in _build/compression_small.

The rate of each way is the best on the pictures to choose by, of a grid of factors of 3
that is widened until the best lies inside, on two networks that do not come back. Then
five networks each. Where a way only rounds, its rate is 0. The seconds are measured in
one run, all ways in turn.

The main ways come once more with ten times the passes, before and while they are tuned;
there the rate is the better of the chosen one and a third of it, on one of the two, and
three networks judge.
"""

import copy
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ml2020.cnn import accuracy
from ml2020.compression.exits import Exits, answered, leaves_at, right_at, spent
from ml2020.compression.fewer import pruned
from ml2020.compression.ladders import by_filter, laddered
from ml2020.compression.separable import Pair, full_kernel
from ml2020.compression.small_task import (
    ROUNDS,
    TUNED,
    WHOLE,
    clothes,
    half,
    nonzero_products,
    times,
)
from ml2020.compression.stored import stored
from ml2020.compression.through import parameters, weights
from ml2020.compression.tuned import Small, clustered, plain, put, rounded
from ml2020.compression.ways import FRESH, TUNES, Way, anew, base_network
from ml2020.support.rates import widened
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/compression_small/rows.json")
SEEDS, OTHERS = list(range(5)), [100, 101]
RATES = {"tune": (0.001, 0.003, 0.009), "anew": (0.003, 0.009)}
ONLY_ROUNDED: dict[str, Callable[[nn.Module], Small]] = {
    f"{what} {k}": (lambda base, what=what, k=k: rounded(base, k, 0, 0))  # type: ignore[misc]
    if what == "bits"
    else (lambda base, what=what, k=k: clustered(base, k, 0, 0))  # type: ignore[misc]
    for what, sizes in (("bits", (8, 4, 2, 1)), ("clusters", (16, 8, 4, 2)))
    for k in sizes
}
CUT = "bits 2, ends cut"
LADDERS: dict[str, Way] = {  # beside those of the package
    CUT: lambda base, *how: laddered(base, 2, *how)
}
LONGER = 27  # passes: half has as many products as the dense network has in 8
TEN = 10  # times the passes
MAIN = ("half, anew", "dense", "chain", "bits 1", "bits 2", "half in clusters", CUT)
THRESHOLDS = [0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999]
CHANNELS = [4, 8, 16, 32, 64]
HEAD = "what name lr seed fixed bytes multiplies choose judge".split()


@cache
def base_of(lr: float, seed: int, ten: int = 1, *, small: bool = False) -> Any:
    """Return the dense network, or half of it, trained once."""
    passes = ten * (WHOLE - TUNED)
    return base_network(lr, seed, *([half] if small else []), passes=passes)


@cache
def pruned_of(lr: float, rate: float, seed: int, ten: int = 1) -> nn.Module:
    """Return the pruned network of the chain, trained once: half of the tuning."""
    base = copy.deepcopy(base_of(lr, seed, ten))
    return TUNES["pruned"](base, rate, seed, ten * TUNED // 2).model


def measured(small: Small) -> Row:
    """Return the bytes with words of one length, with Huffman's, and the rest."""
    x, task = clothes().X[:1], clothes()
    sizes = [len(stored(*small, huffman=huffman)) for huffman in (False, True)]
    model = small.model
    if isinstance(model, Exits):
        return [[*sizes, *one_exit(model, len(model.parts) - 1)[0][2:]]]
    shares = [accuracy(model, *part) for part in (task.choose, task.judge)]
    return [[*sizes, nonzero_products(model, x), *shares]]


def measured_at(name: str, small: Small) -> Row:
    """Return the same; of an exit that was trained alone what this exit gives."""
    if "alone" in name:
        return one_exit(small.model, int(name.split()[1]))
    return measured(small)


@torch.no_grad()
def exit_shares(model: Exits, threshold: float) -> list[float]:
    """Return the share of right answers with a threshold, to choose and to judge."""
    found = []
    for X, y in (clothes().choose, clothes().judge):
        scores = model(X)
        right = right_at(scores, y, leaves_at(scores, threshold))
        found.append(right.double().mean().item())
    return found


class Table:
    """All rows so far, and the rates that were chosen by them."""

    def __init__(self, runs: Runs) -> None:
        self.runs, self.rows = runs, []
        self.lr: dict[tuple[int, str], float] = {}  # by times the passes, and name

    def add(
        self, what: str, name: str, lr: float, seed: int, make: Callable[[], Row]
    ) -> Row:
        """Add what a network gives, a row or several, and return the first."""
        found = self.runs.of(f"{what} {name} {lr:g} {seed}", make)
        for row in found:
            self.rows.append([what, name, f"{lr:g}", seed, *(f"{v:.5g}" for v in row)])
        return found[0]

    def base(self, seed: int) -> nn.Sequential:
        """Return a copy of the dense network."""
        return copy.deepcopy(base_of(self.lr[1, "base"], seed))  # type: ignore[no-any-return]

    def made(self, name: str, lr: float, seed: int, ten: int = 1) -> Small:
        """Return the network of a way, with so many times the passes."""
        if name == "base":
            return plain(copy.deepcopy(base_of(lr, seed, ten)))
        if name == "chain":
            rates = self.lr[ten, "base"], self.lr[ten, "pruned"]
            base = pruned_of(*rates, seed, ten)
        elif name == "half in clusters":
            base = base_of(self.lr[ten, "half, anew"], seed, ten, small=True)
        else:
            base = base_of(self.lr[ten, "base"], seed, ten)
        base = copy.deepcopy(base)
        if way := (TUNES | LADDERS).get(name):
            passes = TUNED // 2 if name == "chain" else TUNED
            return way(base, lr, seed, ten * passes)
        passes = LONGER if name == "half, longer" else WHOLE
        return anew(name, base, lr, seed, ten * passes)

    def choose(self, name: str, rates: tuple[float, ...]) -> None:
        """Choose the rate of a way, on networks that do not come back."""

        def wrong(lr: float) -> float:
            lr = float(f"{lr:g}")
            rows = [
                self.add(
                    "rate",
                    name,
                    lr,
                    k,
                    lambda k=k: measured_at(name, self.made(name, lr, k)),  # type: ignore[misc]
                )
                for k in OTHERS
            ]
            return -sum(float(row[3]) for row in rows)

        found = widened(rates, wrong)
        self.lr[1, name] = float(f"{min(found, key=lambda lr: found[lr]):g}")

    def choose_for_ten(self, name: str) -> None:
        """Choose the rate for ten times the passes."""

        def wrong(lr: float) -> float:
            def make() -> Row:
                return measured(self.made(name, lr, OTHERS[0], TEN))

            return -float(self.add("rate for ten", name, lr, OTHERS[0], make)[3])

        rates = [float(f"{self.lr[1, name] / part:g}") for part in (1, 3)]
        self.lr[TEN, name] = min(rates, key=wrong)


def all_of(runs: Runs) -> list[Row]:
    """Return the table of all runs, the networks of each beside each other."""
    table = Table(runs)
    table.choose("base", RATES["anew"])
    for name in FRESH:
        table.choose(name, RATES["anew"])
    for name in (*TUNES, *LADDERS):
        table.choose(name, RATES["tune"])
    for seed in SEEDS:
        for name in ("base", *TUNES, *FRESH, *LADDERS):
            judged(table, name, seed)
        more_ladders(table, seed)
        for name, make in ONLY_ROUNDED.items():
            row = lambda make=make: measured(make(table.base(seed)))  # noqa: E731, B023
            table.add("rounded", name, 0.0, seed, row)
    timed(table)
    ten_times(table)
    first = {tuple(row[:3]): place for place, row in reversed([*enumerate(table.rows)])}
    return sorted(table.rows, key=lambda row: first[tuple(row[:3])])


def more_ladders(table: Table, seed: int) -> None:
    """Add two bits that are only rounded, ends cut: a ladder a layer, or a filter.

    The second has no file here: bytes 0.
    """
    row = lambda: measured(laddered(table.base(seed), 2, 0, 0))  # noqa: E731
    table.add("rounded", CUT, 0.0, seed, row)

    def one_each() -> Row:
        base = table.base(seed)
        real = parameters(base)
        ladders = {n: by_filter(real[n], 2) for n in weights(real)}
        (row,) = measured(plain(put(base, real | ladders)))
        return [[0, 0, *row[2:]]]

    table.add("rounded", "bits 2, by filter", 0.0, seed, one_each)


def ten_times(table: Table) -> None:
    """Add the main ways with ten times the passes."""
    for name in ("base", *MAIN):
        if name == "chain":
            table.choose_for_ten("pruned")
        table.choose_for_ten(name)
        lr = table.lr[TEN, name]
        for seed in SEEDS[:3]:  # one takes more than ten seconds

            def make(name: str = name, lr: float = lr, seed: int = seed) -> Row:
                return measured(table.made(name, lr, seed, TEN))

            table.add("ten", name, lr, seed, make)


def judged(table: Table, name: str, seed: int) -> None:
    """Add a network that judges; of one with exits each exit, and each threshold."""
    lr = table.lr[1, name]
    made = cache(lambda: table.made(name, lr, seed))
    if name.startswith("exit"):
        for k in range(3):
            if name == "exits" or str(k) in name:
                own = lambda k=k: one_exit(made().model, k)  # noqa: E731
                label = f"exits {k}" if name == "exits" else name
                table.add("exit", label, lr, seed, own)
    if name == "exits":
        for t in THRESHOLDS:
            own = lambda t=t: with_threshold(made().model, t)  # noqa: E731
            table.add("threshold", f"{t:g}", lr, seed, own)
    if "alone" not in name:
        table.add("table", name, lr, seed, lambda: measured(made()))


def costs(model: Exits) -> list[int]:
    """Return the multiplications up to each exit, all answers before it included."""
    x, total, found = clothes().X[:1], 0, []
    for part, head in zip(model.parts, model.heads, strict=True):
        total += nonzero_products(nn.Sequential(part), x)
        x = part(x).detach()
        total += nonzero_products(nn.Sequential(head), x)
        found.append(total)
    return found


@torch.no_grad()
def one_exit(model: Any, k: int) -> Row:
    """Return what an exit gives if all leave there."""
    shares = []
    for X, y in (clothes().choose, clothes().judge):
        shares.append((model(X)[k].argmax(dim=-1) == y).double().mean().item())
    return [[0, 0, costs(model)[k], *shares]]


@torch.no_grad()
def with_threshold(model: Any, t: float) -> Row:
    """Return what a threshold gives: the mean operations, and the accuracy."""
    left = leaves_at(model(clothes().judge[0]), t)
    mean = spent(left, costs(model))
    return [[0, 0, mean, *exit_shares(model, t)]]


def timed(table: Table) -> None:
    """Add how many times the seconds of the dense network each way takes, in one run.

    The bytes of these rows are the seconds for 500 pictures at a time, and for one,
    over those of the dense network.
    """

    def run() -> Row:
        base, made = table.base(0), table.made("exits", table.lr[1, "exits"], 0)
        models = {
            "base": base,
            "pruned": pruned(table.base(0), 0.1, 0, 0).model,
            "half": FRESH["half, anew"](0),
            "twin": table.base(0),  # is the dense network: what such seconds are worth
            "bits 1": rounded(table.base(0), 1, 0, 0).model,
            "low rank": FRESH["low rank, anew"](0),
            "separable": FRESH["separable, anew"](0),
            "exits": made.model,
        }
        found: dict[str, list[float]] = {name: [] for name in models}
        for size, rounds in ((500, ROUNDS), (1, 20 * ROUNDS)):
            X = clothes().judge[0][:size]
            least = times({n: calls(m, X) for n, m in models.items()}, rounds)
            for name in models:
                found[name].append(least[name] / least["base"])
        return [[name, *ratios] for name, ratios in found.items()]

    for name, many, one in runs_of(table, "seconds", run):
        table.rows.append(
            ["seconds", name, "0", 0, f"{many:.3g}", f"{one:.3g}", 0, 0, 0]
        )
    for c, many, share in runs_of(table, "kernels", kernels):
        table.rows.append(
            ["kernels", c, "0", 0, f"{many:.3g}", 0, f"{share:.5g}", 0, 0]
        )


def runs_of(table: Table, key: str, run: Callable[[], Row]) -> Row:
    """Return the rows of one run."""
    return table.runs.of(key, run)


def calls(model: nn.Module, X: Tensor) -> Callable[[], object]:
    """Return what computes the answers; with exits, at a threshold of 0.9."""
    if isinstance(model, Exits):
        return lambda: answered(model, X, 0.9)
    return lambda: model(X)


def kernels() -> Row:
    """Return, by channels, seconds and weights of a pair over those of its kernel."""
    found = []
    for c in CHANNELS:
        dice = torch.Generator().manual_seed(c)
        D = torch.randn(c, 3, 3, generator=dice)
        P = torch.randn(c, c, generator=dice)
        x = torch.randn(50, c, 14, 14, generator=dice)
        W, conv = full_kernel(Pair(D, P)), torch.nn.functional.conv2d
        least = times(
            {
                "pair": lambda: conv(  # noqa: B023
                    conv(x, D[:, None], groups=c),  # noqa: B023
                    P[:, :, None, None],  # noqa: B023
                ),
                "full": lambda: conv(x, W),  # noqa: B023
            },
            ROUNDS,
        )
        share = (9 * c + c * c) / (9 * c * c)
        found.append([str(c), least["pair"] / least["full"], share])
    return found


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    made = worked(__file__, KEPT, all_of, seeds=[*SEEDS, *OTHERS])
    if made is None:
        return 1
    training, rows = made
    print(training.write_table("compression_small_runs.csv", HEAD, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
