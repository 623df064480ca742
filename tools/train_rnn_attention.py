"""Train what the page on attention shows: from sequence to sequence, in four tasks.

python -m tools.train_rnn_attention --for 60   works for a minute of CPU, then stops;
                                               call it again until it says it is done

It writes code/ml2020/data/trained/rnn_attention.csv and rnn_attention.npz, and their
record once all is there. The loader, ml2020/data/rnn_attention_runs.py, holds the
files' sha256, printed at the end. What was done so far is kept in
_build/rnn_attention.

Spelling to sound; reversal; and an echo, of words and of shuffled letters.
Networks with attention and without have the same rates, which get more until the best
of each lies inside. Rates are chosen on other sequences than those that judge, by the
mean of other networks. The additive match reverses once, at the rate of the dot.
"""

import csv
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from ml2020.rnn.echo import echo_pairs
from ml2020.rnn.reversal import SYMBOLS, fresh_reversals, reversal_pairs, share_reversed
from ml2020.rnn.seq2seq import Seq2Seq
from ml2020.rnn.seq2seq_learning import drawn_seq2seq, in_batches, taught, translated
from ml2020.rnn.seq2seq_pairs import Pairs
from ml2020.rnn.sounds import LETTERS, STOP, entries, sound_pairs
from ml2020.rnn.sounds_errors import error_rates
from ml2020.support.rates import widened
from tools.trained import FOLDER
from tools.trained_runs import Row, Runs, worked

TABLE, WEIGHTS = "rnn_attention.csv", "rnn_attention.npz"
KEPT = Path("_build/rnn_attention")
RATES = [0.0003 * 3**k for k in range(5)]
SEEDS, SHOWN = range(3), 0  # that are judged; whose weights are kept
LONGEST = 16  # phones, or letters, that a network may say
T, BATCH = 12, 64  # of the reversal


class Task(NamedTuple):
    """What is learned: by which matches, in how many updates, by how large networks.

    Attributes:
        m: Units of the encoder in each direction.
        short: Updates of those that choose a rate.
        choosers: Their seeds.
        updates: Of those that are compared.
        longer: Updates of one that is asked whether the verdict stays, by its match.
        matches: With attention and without, or one of them.
    """

    m: int
    short: int
    choosers: range
    updates: int
    longer: dict[str, tuple[int, ...]]
    matches: tuple[str, ...] = ("dot", "none")


TASKS = {
    "sounds": Task(32, 125, range(100, 102), 500, {"dot": (1500,), "none": (1500,)}),
    "echo": Task(32, 60, range(100, 101), 150, {}, ("none",)),
    "echo shuffled": Task(32, 60, range(100, 101), 150, {}, ("none",)),
    "reversal": Task(16, 150, range(100, 101), 300, {"none": (900,)}),
}


def sounds(match: str, lr: float, updates: int, seed: int, part: str) -> Row:
    """Return the error rates of one network, in phones and in words."""
    model = drawn_seq2seq(len(LETTERS), STOP + 1, TASKS["sounds"].m, match, seed)
    dice = torch.Generator().manual_seed(seed)
    learn = in_batches(sound_pairs(entries("learn")), generator=dice)
    model = taught(model, learn, lr, updates)
    if (part, seed) == ("judge", SHOWN):
        keep_weights(model, match, updates)
    return wrong(model, sound_pairs(entries(part)), LONGEST)


def reversal(match: str, lr: float, updates: int, seed: int, part: str) -> Row:
    """Return the share of symbols, and of whole sequences, that come out wrong."""
    model = drawn_seq2seq(SYMBOLS, SYMBOLS + 1, TASKS["reversal"].m, match, seed)
    dice = torch.Generator().manual_seed(seed)
    model = taught(model, fresh_reversals(BATCH, T, generator=dice), lr, updates)
    pairs = reversal_pairs(1000, T, generator=dice)
    whole, places = share_reversed(translated(model, pairs, 2 * T), pairs)
    return [1 - places.mean().item(), 1 - whole]


def wrong(model: Seq2Seq, pairs: Pairs, most: int) -> Row:
    """Return the error rates of what a network says of its own."""
    stop = model.outputs - 1
    right = [[y for y in row if 0 <= y < stop] for row in pairs.Y.tolist()]
    return list(error_rates(translated(model, pairs, most), right))


def echo(
    match: str, lr: float, updates: int, seed: int, part: str, shuffled: bool = False
) -> Row:
    """Return the error rates of one network, in letters and in words."""
    sizes = len(LETTERS), len(LETTERS) + 1, TASKS["echo"].m
    dice = torch.Generator().manual_seed(seed)
    learn, pairs = (
        echo_pairs(entries(which), shuffled=shuffled, generator=dice)
        for which in ("learn", part)
    )
    model = drawn_seq2seq(*sizes, match, seed)
    model = taught(model, in_batches(learn, generator=dice), lr, updates)
    return wrong(model, pairs, LONGEST)


def echo_shuffled(*settings: Any) -> Row:
    """Return the same with the letters of each word in another order."""
    return echo(*settings, shuffled=True)


RUNS: dict[str, Callable[..., Row]] = {
    "sounds": sounds,
    "reversal": reversal,
    "echo": echo,
    "echo shuffled": echo_shuffled,
}


def keep_weights(model: Seq2Seq, match: str, updates: int) -> None:
    """Keep the weights of a network for the table of weights, in 16 bits."""
    KEPT.mkdir(parents=True, exist_ok=True)
    halves = {f"{match}.{k}": w.half().numpy() for k, w in model.state_dict().items()}
    np.savez_compressed(KEPT / f"{match}-{updates}.npz", **halves)


class Table:
    """What is written: rates are chosen first, then networks are judged."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs

    def of(self, what: str, *settings: Any) -> Row:
        """Return what one run gives."""
        key = " ".join(f"{s:.6g}" if isinstance(s, float) else f"{s}" for s in settings)
        return self.runs.of(f"{what} {key}", lambda: RUNS[what](*settings))

    def rates(self, what: str) -> dict[str, list[float]]:
        """Return the rates that were tried, the best one first."""
        tried = list(RATES)
        while True:
            costs = {
                match: widened(
                    tried, lambda lr, match=match: self.cost(what, match, lr)
                )
                for match in TASKS[what].matches
            }
            wanted = sorted({lr for found in costs.values() for lr in found})
            if wanted == tried:
                return {m: sorted(c, key=lambda lr: c[lr]) for m, c in costs.items()}
            tried = wanted

    def cost(self, what: str, match: str, lr: float) -> float:
        """Return the mean share of wrong symbols of those that choose."""
        task = TASKS[what]
        settings = match, lr, task.short
        costs = [self.of(what, *settings, s, "choose")[0] for s in task.choosers]
        return sum(costs) / len(costs)

    def table(self) -> list[Row]:
        """Return all rows: those that chose, those that are compared, long ones."""
        found: list[Row] = []
        for what, task in TASKS.items():
            for match, rates in self.rates(what).items():
                choosers = product(sorted(rates), [task.short], task.choosers)
                runs = [(*run, "choose") for run in choosers]
                runs += [(rates[0], task.updates, s, "judge") for s in SEEDS]
                more = task.longer.get(match, ())
                runs += [(rates[0], t, SEEDS[0], "judge") for t in more]
                found += [self.row(what, match, *run) for run in runs]
        lr, updates = self.rates("reversal")["dot"][0], TASKS["reversal"].updates
        run = lr, updates, SEEDS[0], "judge"
        return [*found, self.row("reversal", "additive", *run)]

    def row(self, what: str, match: str, *run: Any) -> Row:
        """Return a row of the table."""
        errors = [f"{error:.5f}" for error in self.of(what, match, *run)]
        lr, updates, seed, part = run
        return [what, match, part, f"{lr:.6g}", updates, seed, *errors]


def main() -> int:
    """Work for a while; write the tables and their record when all is done."""
    made = worked(
        __file__, KEPT / "runs.json", lambda runs: Table(runs).table(), seeds=SEEDS
    )
    if made is None:
        return 1
    training, table = made
    weights: dict[str, Any] = {}
    for match, more in TASKS["sounds"].longer.items():
        with np.load(KEPT / f"{match}-{more[-1]}.npz", allow_pickle=False) as kept:
            weights |= {key: kept[key] for key in kept.files}
    np.savez_compressed(FOLDER / WEIGHTS, **weights)
    head = "task match part lr updates seed symbols sequences".split()
    with (FOLDER / TABLE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *table])
    training.write([TABLE, WEIGHTS])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
