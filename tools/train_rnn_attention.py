"""Train what the page on attention shows: from sequence to sequence, in four tasks.

python -m tools.train_rnn_attention --for 60   works for a minute of CPU, then stops;
                                               call it again until it says it is done

It writes code/ml2020/data/trained/rnn_attention.csv and rnn_attention.npz, and their
record once all is there. The loader, ml2020/data/rnn_attention_runs.py, holds the
files' sha256, printed at the end. What was done so far is kept in
_build/rnn_attention.

Spelling to sound; reversal; and an echo, of words and of shuffled letters.
All kinds of networks have the same rates, which get more until the best of each lies
inside. Rates are chosen on other sequences than those that judge, by another network,
in as many updates. The additive match reverses once, at the rate of the dot. A table
of contexts, whose width is chosen on the same words, is judged with them; and one that
hears what the letter before has said.
"""

import csv
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from ml2020.data.cmudict import PHONES, Entry
from ml2020.rnn.echo import echo_pairs
from ml2020.rnn.edit_distance import edit_distance
from ml2020.rnn.reversal import SYMBOLS, fresh_reversals, reversal_pairs, share_reversed
from ml2020.rnn.seq2seq import Seq2Seq
from ml2020.rnn.seq2seq_learning import drawn_seq2seq, in_batches, taught, translated
from ml2020.rnn.sounds import LETTERS, STOP, entries, sound_pairs
from ml2020.rnn.sounds_cuts import aligned
from ml2020.rnn.sounds_errors import error_rates
from ml2020.rnn.sounds_table import Table as Contexts
from ml2020.support.rates import widened
from tools.trained import FOLDER
from tools.trained_runs import Row, Runs, worked

TABLE, WEIGHTS = "rnn_attention.csv", "rnn_attention.npz"
KEPT = Path("_build/rnn_attention")
RATES = [0.0009 * 3**k for k in range(5)]
SEEDS, CHOOSER = range(5), 100  # that are judged, and that chooses a rate
FEW = range(3)  # that are judged where a run takes long
SHOWN = "dot", 32, 1200, 0  # whose weights are kept
LONGEST = 16  # phones, or letters, that a network may say
WIDEST = 12  # neighbours on both sides together, in a table
T, BATCH = 12, 64  # of the reversal


class Task(NamedTuple):
    """What is learned, by which networks, in how many updates.

    Attributes:
        kinds: How they match, and the units of their encoder in each direction.
        updates: Of those that choose a rate, and of those that are compared.
        longer: Updates, and seeds, of those that are asked whether the verdict stays.
        seeds: Of those that are compared.
    """

    kinds: tuple[tuple[str, int], ...]
    updates: int
    longer: dict[str, tuple[int, range]]
    seeds: range = SEEDS


TASKS = {
    "sounds": Task(
        (("dot", 32), ("none", 32), ("none", 64)),
        400,
        {"dot": (1200, FEW), "none": (1200, range(1))},
        FEW,
    ),
    "echo": Task((("none", 32),), 120, {}),
    "echo shuffled": Task((("none", 32),), 120, {}),
    "reversal": Task((("dot", 16), ("none", 16)), 200, {"none": (600, range(1))}),
}


def sounds(match: str, m: int, lr: float, updates: int, seed: int, part: str) -> Row:
    """Return the error rates of one network, in phones and in words."""
    model = drawn_seq2seq(len(LETTERS), STOP + 1, m, match, seed)
    dice = torch.Generator().manual_seed(seed)
    learn = in_batches(sound_pairs(entries("learn")), generator=dice)
    model = taught(model, learn, lr, updates)
    said = translated(model, sound_pairs(entries(part)), LONGEST)
    phones = [tuple(PHONES[y] for y in answer) for answer in said]
    if part == "judge":
        keep_edits(f"{match} {m} {updates}", seed, phones)
    if (match, m, updates, seed) == SHOWN:
        keep_weights(model)
    return list(error_rates(phones, [entry.phones for entry in entries(part)]))


def reversal(match: str, m: int, lr: float, updates: int, seed: int, part: str) -> Row:
    """Return the share of symbols, and of whole sequences, that come out wrong."""
    model = drawn_seq2seq(SYMBOLS, SYMBOLS + 1, m, match, seed)
    dice = torch.Generator().manual_seed(seed)
    model = taught(model, fresh_reversals(BATCH, T, generator=dice), lr, updates)
    pairs = reversal_pairs(1000, T, generator=dice)
    whole, places = share_reversed(translated(model, pairs, 2 * T), pairs)
    return [1 - places.mean().item(), 1 - whole]


def echo(
    match: str,
    m: int,
    lr: float,
    updates: int,
    seed: int,
    part: str,
    shuffled: bool = False,
) -> Row:
    """Return the error rates of one network, in letters and in words."""
    dice = torch.Generator().manual_seed(seed)
    learn, pairs = (
        echo_pairs(entries(which), shuffled=shuffled, generator=dice)
        for which in ("learn", part)
    )
    model = drawn_seq2seq(len(LETTERS), len(LETTERS) + 1, m, match, seed)
    model = taught(model, in_batches(learn, generator=dice), lr, updates)
    stop = model.outputs - 1
    right = [[y for y in row if 0 <= y < stop] for row in pairs.Y.tolist()]
    return list(error_rates(translated(model, pairs, LONGEST), right))


def echo_shuffled(*settings: Any) -> Row:
    """Return the same with the letters of each word in another order."""
    return echo(*settings, shuffled=True)


def contexts() -> Row:
    """Return the error rates of tables with 0, 1, ... neighbours, that hear or not.

    First on the words that choose, then on those that judge.
    """
    learn = entries("learn")
    cuts, rates = aligned(learn), []
    for name, hears in (("table", False), ("table hears", True)):
        found = Contexts(learn, cuts, WIDEST, hears)
        for part in ("choose", "judge"):
            words = entries(part)
            for k in range(WIDEST + 1):
                said = [found(entry.word, k) for entry in words]
                if part == "judge":
                    keep_edits(f"{name} {k}", 0, said)
                errors = error_rates(said, [w.phones for w in words])
                rates.append([part, f"{name} {k}", *errors])
    return rates


RUNS: dict[str, Callable[..., Row]] = {
    "sounds": sounds,
    "reversal": reversal,
    "echo": echo,
    "echo shuffled": echo_shuffled,
    "contexts": contexts,
}


def keep_edits(name: str, seed: int, said: Sequence[Sequence[str]]) -> None:
    """Keep how many edits each word needs that judges."""
    words: Sequence[Entry] = entries("judge")
    pairs = zip(said, words, strict=True)
    edits = [edit_distance(phones, word.phones) for phones, word in pairs]
    KEPT.mkdir(parents=True, exist_ok=True)
    np.save(KEPT / f"{name} {seed}.npy", np.array(edits, dtype=np.uint8))


def keep_weights(model: Seq2Seq) -> None:
    """Keep the weights of a network for the table of weights, in 16 bits."""
    KEPT.mkdir(parents=True, exist_ok=True)
    halves = {k: w.half().numpy() for k, w in model.state_dict().items()}
    np.savez_compressed(KEPT / "weights.npz", **halves)


def edits_name(row: Row) -> str:
    """Return the name of the edits of a row."""
    return row[1] if row[1].startswith("table") else f"{row[1]} {row[2]} {row[5]}"


class Table:
    """What is written: rates are chosen first, then networks are judged."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs

    def of(self, what: str, *settings: Any) -> Row:
        """Return what one run gives."""
        key = " ".join(f"{s:.6g}" if isinstance(s, float) else f"{s}" for s in settings)
        return self.runs.of(f"{what} {key}", lambda: RUNS[what](*settings))

    def rates(self, what: str) -> dict[tuple[str, int], list[float]]:
        """Return the rates that were tried by each kind, the best one first."""
        tried = list(RATES)
        while True:
            costs = {
                kind: widened(tried, lambda lr, kind=kind: self.cost(what, kind, lr))
                for kind in TASKS[what].kinds
            }
            wanted = sorted({lr for found in costs.values() for lr in found})
            if wanted == tried:
                return {k: sorted(c, key=lambda lr: c[lr]) for k, c in costs.items()}
            tried = wanted

    def cost(self, what: str, kind: tuple[str, int], lr: float) -> float:
        """Return the share of wrong symbols of the one that chooses."""
        cost: float = self.of(what, *kind, lr, TASKS[what].updates, CHOOSER, "choose")[
            0
        ]
        return cost

    def table(self) -> list[Row]:
        """Return all rows: those that chose, those that are compared, long ones."""
        found: list[Row] = []
        for part, name, *errors in self.of("contexts"):
            settings = ["sounds", name, 0, part, 0, 0, 0]  # no rate
            found.append([*settings, *(f"{error:.5f}" for error in errors)])
        for what, task in TASKS.items():
            for kind, rates in self.rates(what).items():
                runs = [(lr, task.updates, CHOOSER, "choose") for lr in sorted(rates)]
                runs += [(rates[0], task.updates, s, "judge") for s in task.seeds]
                if kind[0] in task.longer and kind[1] == task.kinds[0][1]:
                    updates, seeds = task.longer[kind[0]]
                    runs += [(rates[0], updates, s, "judge") for s in seeds]
                found += [self.row(what, *kind, *run) for run in runs]
        kind = TASKS["reversal"].kinds[0]
        lr, updates = self.rates("reversal")[kind][0], TASKS["reversal"].updates
        run = "additive", kind[1], lr, updates, SEEDS[0], "judge"
        return [*found, self.row("reversal", *run)]

    def row(self, what: str, match: str, m: int, *run: Any) -> Row:
        """Return a row of the table."""
        errors = [f"{error:.5f}" for error in self.of(what, match, m, *run)]
        lr, updates, seed, part = run
        return [what, match, m, part, f"{lr:.6g}", updates, seed, *errors]


def main() -> int:
    """Work for a while; write the tables and their record when all is done."""
    made = worked(
        __file__, KEPT / "runs.json", lambda runs: Table(runs).table(), seeds=SEEDS
    )
    if made is None:
        return 1
    training, table = made
    weights: dict[str, Any] = {}
    with np.load(KEPT / "weights.npz", allow_pickle=False) as kept:
        weights |= {f"dot.{key}": kept[key] for key in kept.files}
    judges = [row for row in table if row[0] == "sounds" and row[3] == "judge"]
    for name in dict.fromkeys(edits_name(row) for row in judges):
        seeds = [row[6] for row in judges if edits_name(row) == name]
        edits = [np.load(KEPT / f"{name} {seed}.npy") for seed in seeds]
        weights[f"edits.{name}"] = np.stack(edits)
    np.savez_compressed(FOLDER / WEIGHTS, **weights)
    head = "task match m part lr updates seed symbols sequences".split()
    with (FOLDER / TABLE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *table])
    training.write([TABLE, WEIGHTS])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
