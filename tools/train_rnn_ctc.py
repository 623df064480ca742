"""Train what the page on CTC shows: readers of lines of digits, by six teachers.

python -m tools.train_rnn_ctc --for 60   works for a minute of CPU, then stops; call it
                                         again until it says that it is done

It writes code/ml2020/data/trained/rnn_ctc_runs.csv, rnn_ctc_silence.csv and
rnn_ctc_readers.npz, and their record once all is there. The loader,
ml2020/data/rnn_ctc_runs.py, holds the sha256 of each, printed at the end. What was done
so far is kept in _build/rnn_ctc.

Each teacher gets a grid of two rates, widened until the best lies inside: it has the
least error on lines to choose by, of digits that no network learned from and that do
not judge. By the same lines it is chosen how long a digit has to last to be read. All
runs see the same lines. The best of CTC and of true marks is looked at earlier, too.
Two runs were not tuned: realigning without a start, at the rate of realigning; and CTC,
at the rate of CTC, from the networks that true marks have taught.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ml2020.optimization import Adam
from ml2020.rnn import error_rate, fresh_readers, part_lines, read_lines, taught
from ml2020.support.rates import widened
from tools.trained import Training, sha256

KEPT = Path("_build/rnn_ctc")
SEEDS = range(5)
RATES = [0.009, 0.003]
UPDATES = 1500
STOPS = 10, 20, 50, 100, 200, 300, 500, UPDATES
WATCHED = sorted(
    {*range(0, 50, 2), *range(50, 300, 10), *range(300, UPDATES, 100), 499}
)
BATCH, LINES = 16, 1200
LEASTS = range(1, 8)  # columns that a digit has to last, to be read
TUNED = ("CTC", "realigned", "even", "even with gaps", "true")
WATCHED_EARLY = ("CTC", "true")
LATE, LATE_UPDATES = "CTC from true", 500
WHAT = ("readers.npz", "silence.csv", "runs.csv")
Row = list[Any]


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


def dice(seed: int) -> torch.Generator:
    """Return a generator."""
    return torch.Generator().manual_seed(seed)


class Runs:
    """The runs, each made once; those of earlier calls are read from files."""

    def __init__(self, training: Training, until: float) -> None:
        self.training = training
        self.lines = {
            part: part_lines(part, LINES, generator=dice(20_000 + k))
            for k, part in enumerate(("choose", "judge"))
        }
        drawn = dice(10_000)
        self.batches = [
            part_lines("learn", BATCH, generator=drawn) for _ in range(UPDATES)
        ]
        # What a run computes hangs on the package, and on what is in its key.
        code = training.record["code"].items()
        self.code = {
            name: found for name, found in code if not name.startswith("tools/")
        }
        self.rows: dict[str, list[Row]] = {}
        KEPT.mkdir(parents=True, exist_ok=True)
        if (KEPT / "rows.json").exists():
            kept = json.loads((KEPT / "rows.json").read_text(encoding="utf-8"))
            if self.code.items() <= kept["code"].items():
                self.rows, training.earlier = kept["rows"], kept["seconds"]
        self.until = until + training.earlier
        self.start = torch.empty(0)  # of the late run: what true marks have taught

    def of(self, name: str, lr: float, steps: int) -> list[Row]:
        """Return a row for each network that a teacher taught at a rate so long."""
        key = f"{name} {lr:.6g} {steps}"
        if key not in self.rows:
            if self.training.seconds > self.until:
                raise OutOfTimeError
            theta = torch.from_numpy(self.kept(name, lr)[f"{steps}"]).float()
            self.rows[key] = self.judged(theta, [name, f"{lr:.6g}", steps])
            found = [row[3:4] + row[5:] for row in self.rows[key]]
            print(key, found, f"{self.training.seconds:.0f}", flush=True)
            kept = {"code": self.code, "rows": self.rows}
            kept["seconds"] = self.training.seconds
            (KEPT / "rows.json").write_text(json.dumps(kept), encoding="utf-8")
        return self.rows[key]

    def kept(self, name: str, lr: float) -> dict[str, Any]:
        """Return what a run left behind; train if there was none with this code."""
        files = {what: KEPT / f"{name} {lr:.6g}.{what}" for what in ("npz", "json")}
        made_by: dict[str, str] = {}
        if files["json"].exists():
            made_by = json.loads(files["json"].read_text(encoding="utf-8"))
        if not self.code.items() <= made_by.items():
            waiting, late = iter(self.batches), name == LATE
            end = taught(
                self.start if late else fresh_readers(list(SEEDS)),
                "CTC" if late else name,
                Adam(lr=lr),
                lambda: next(waiting),
                LATE_UPDATES if late else UPDATES,
                STOPS,
            )
            stopped = {f"{at}": t.half().numpy() for at, t in end.stopped.items()}
            np.savez(files["npz"], silence=end.silence.numpy(), **stopped)
            files["json"].write_text(json.dumps(self.code), encoding="utf-8")
        with np.load(files["npz"], allow_pickle=False) as stored:
            return dict(stored)

    def judged(self, theta: Tensor, start: Row) -> list[Row]:
        """Return a row for each network."""
        choose = {least: self.errors(theta, "choose", least) for least in LEASTS}
        least = min(LEASTS, key=lambda least: sum(choose[least]))
        judge, plain = (self.errors(theta, "judge", n) for n in (least, 1))
        found = choose[least], judge, plain
        return [
            [*start, least, seed, *(f"{e[seed]:.4f}" for e in found)] for seed in SEEDS
        ]

    def errors(self, theta: Tensor, part: str, least: int) -> list[float]:
        """Return the changes that each network's readings need, for each digit."""
        lines = self.lines[part]
        return [
            error_rate(said, lines.texts) for said in read_lines(theta, lines, least)
        ]

    def best_rate(self, name: str, table: list[Row]) -> float:
        """Return the rate with the least mean error on the lines to choose by."""

        def cost(lr: float) -> float:
            return sum(float(row[5]) for row in self.of(name, lr, UPDATES)) / len(SEEDS)

        costs = widened(RATES, cost)
        for lr in sorted(costs):
            table += self.of(name, lr, UPDATES)
        return min(costs, key=lambda lr: costs[lr])


def all_of(runs: Runs) -> tuple[list[Row], dict[str, float]]:
    """Return the table of all runs, and the rate of each teacher."""
    table: list[Row] = []
    rates = {name: runs.best_rate(name, table) for name in TUNED}
    at_once = "realigned at once"
    rates |= {at_once: rates["realigned"], LATE: rates["CTC"]}
    runs.start = torch.from_numpy(
        runs.kept("true", rates["true"])[f"{UPDATES}"]
    ).float()
    for name, steps in ((at_once, UPDATES), (LATE, LATE_UPDATES)):
        table += runs.of(name, rates[name], steps)
    for name in WATCHED_EARLY:
        for steps in STOPS[:-1]:
            table += runs.of(name, rates[name], steps)
    return table, rates


def written(runs: Runs, table: list[Row], rates: dict[str, float]) -> list[str]:
    """Write the readers of the best rates and both tables; return their names."""
    arrays, silence = {}, []
    for name, lr in rates.items():
        found = runs.kept(name, lr)
        updates = len(found["silence"])
        arrays[name] = found[f"{updates}"]
        for step in WATCHED:
            if step < updates:
                silence += [
                    [name, step, seed, f"{found['silence'][step, seed]:.4f}"]
                    for seed in SEEDS
                ]
    training, names = runs.training, [f"rnn_ctc_{what}" for what in WHAT]
    np.savez_compressed(training.folder / names[0], **arrays)
    training.write_table(names[1], "name step seed silence".split(), silence)
    head = "name lr steps least seed choose judge plain".split()
    training.write_table(names[2], head, table)
    return names


def main() -> int:
    """Work for a while; write what the page shows, and its record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    training = Training(__file__, seeds=list(SEEDS))
    runs = Runs(training, options.seconds)
    try:
        names = written(runs, *all_of(runs))
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    training.write(names)
    for name in names:
        print(name, sha256(training.folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
