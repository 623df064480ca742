"""Train what the page on attention shows: spelling to sound, and reversal.

python -m tools.train_rnn_attention --for 60   works for a minute of CPU, then stops;
                                               call it again until it says it is done

It writes code/ml2020/data/trained/rnn_attention.csv and rnn_attention.npz, and their
record once all is there. The loaders, ml2020/data/rnn_attention_runs.py and
rnn_attention_weights.py, hold the files' sha256, printed at the end. What was done so
far is kept in _build/rnn_attention.

Networks with attention and without have the same rates, which get more until the best
of each lies inside. Rates are chosen on other sequences than those that judge.
"""

import argparse
import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from ml2020.rnn.reversal import SYMBOLS, fresh_reversals, reversal_pairs, share_reversed
from ml2020.rnn.seq2seq import Seq2Seq
from ml2020.rnn.seq2seq_learning import drawn_seq2seq, in_batches, taught, translated
from ml2020.rnn.sounds import LETTERS, STOP, entries, sound_pairs
from ml2020.rnn.sounds_errors import error_rates
from ml2020.support.rates import widened
from tools.trained import FOLDER, Training

TABLE, WEIGHTS = "rnn_attention.csv", "rnn_attention.npz"
KEPT = Path("_build/rnn_attention")
RATES = [0.0003 * 3**k for k in range(5)]
CHOOSER, SEEDS, SHOWN = 100, range(3), 0
LONGEST = 16  # phones that a network may say
T, BATCH = 12, 64  # of the reversal


class Task(NamedTuple):
    """What is learned: by which matches, in how many updates, by how large networks.

    Attributes:
        m: Units of the encoder in each direction.
        short: Updates of those that choose a rate.
        updates: Of those that are compared.
        long: Of one without attention that is asked whether the verdict stays, if any.
    """

    m: int
    short: int
    updates: int
    long: int
    seeds: range


TASKS = {
    "sounds": Task(32, 125, 500, 0, range(3)),
    "reversal": Task(16, 150, 300, 900, range(3)),
}
MATCHES = ("dot", "none")
Row = list[Any]


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


def sounds(match: str, lr: float, updates: int, seed: int, part: str) -> Row:
    """Return the error rates of one network, in phones and in words."""
    model = drawn_seq2seq(len(LETTERS), STOP + 1, TASKS["sounds"].m, match, seed)
    dice = torch.Generator().manual_seed(seed)
    learn = in_batches(sound_pairs(entries("learn")), generator=dice)
    model = taught(model, learn, lr, updates)
    if (part, seed, updates) == ("judge", SHOWN, TASKS["sounds"].updates):
        keep_weights(model, match)
    pairs = sound_pairs(entries(part))
    right = [[y for y in row if 0 <= y < STOP] for row in pairs.Y.tolist()]
    return list(error_rates(translated(model, pairs, LONGEST), right))


def reversal(match: str, lr: float, updates: int, seed: int, part: str) -> Row:
    """Return the share of symbols, and of whole sequences, that come out wrong."""
    model = drawn_seq2seq(SYMBOLS, SYMBOLS + 1, TASKS["reversal"].m, match, seed)
    dice = torch.Generator().manual_seed(seed)
    model = taught(model, fresh_reversals(BATCH, T, generator=dice), lr, updates)
    pairs = reversal_pairs(1000, T, generator=dice)
    whole, places = share_reversed(translated(model, pairs, 2 * T), pairs)
    return [1 - places.mean().item(), 1 - whole]


def keep_weights(model: Seq2Seq, match: str) -> None:
    """Keep the weights of a network for the table of weights, in 16 bits."""
    KEPT.mkdir(parents=True, exist_ok=True)
    halves = {f"{match}.{k}": w.half().numpy() for k, w in model.state_dict().items()}
    np.savez_compressed(KEPT / f"{match}.npz", **halves)


class Runs:
    """The runs, each made once; those of earlier calls are read from a file."""

    def __init__(self, training: Training, until: float) -> None:
        self.training, self.until, self.rows = training, until, {}
        code = training.record["code"].items()
        self.code = {n: found for n, found in code if not n.startswith("tools/")}
        if (KEPT / "runs.json").exists():
            kept = json.loads((KEPT / "runs.json").read_text(encoding="utf-8"))
            if kept["code"] == self.code:
                self.rows, training.earlier = kept["rows"], kept["seconds"]
        self.until += training.earlier

    def of(self, what: str, *settings: Any) -> Row:
        """Return what one run gives."""
        key = " ".join(f"{s:.6g}" if isinstance(s, float) else f"{s}" for s in settings)
        key = f"{what} {key}"
        if key not in self.rows:
            if self.training.seconds > self.until:
                raise OutOfTimeError
            run: Callable[..., Row] = {"sounds": sounds, "reversal": reversal}[what]
            self.rows[key] = run(*settings)
            print(key, self.rows[key], f"{self.training.seconds:.0f} s", flush=True)
            kept = {"code": self.code, "rows": self.rows}
            kept["seconds"] = self.training.seconds
            KEPT.mkdir(parents=True, exist_ok=True)
            (KEPT / "runs.json").write_text(json.dumps(kept), encoding="utf-8")
        return self.rows[key]

    def rates(self, what: str) -> dict[str, list[float]]:
        """Return the rates that were tried, the best one first."""
        short, tried = TASKS[what].short, list(RATES)
        while True:
            costs = {
                match: widened(
                    tried,
                    lambda lr, match=match: self.of(
                        what, match, lr, short, CHOOSER, "choose"
                    )[0],
                )
                for match in MATCHES
            }
            wanted = sorted({lr for found in costs.values() for lr in found})
            if wanted == tried:
                return {m: sorted(c, key=lambda lr: c[lr]) for m, c in costs.items()}
            tried = wanted

    def table(self, with_long: bool) -> list[Row]:
        """Return all rows: those that chose, those that are compared, long ones."""
        found: list[Row] = []
        for what, task in TASKS.items():
            for match, rates in self.rates(what).items():
                runs = [(lr, task.short, CHOOSER, "choose") for lr in sorted(rates)]
                runs += [(rates[0], task.updates, s, "judge") for s in task.seeds]
                if with_long and match == "none" and task.long:
                    runs += [(rates[0], task.long, task.seeds[0], "judge")]
                for lr, updates, seed, part in runs:
                    errors = self.of(what, match, lr, updates, seed, part)
                    row = [what, match, part, f"{lr:.6g}", updates, seed]
                    found.append([*row, *(f"{error:.5f}" for error in errors)])
        return found


def main() -> int:
    """Work for a while; write the tables and their record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    training = Training(__file__, seeds=list(range(5)))
    try:
        runs = Runs(training, options.seconds)
        runs.table(with_long=False)  # what matters most is made first
        table = runs.table(with_long=True)
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    weights: dict[str, Any] = {}
    for match in MATCHES:
        with np.load(KEPT / f"{match}.npz", allow_pickle=False) as kept:
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
