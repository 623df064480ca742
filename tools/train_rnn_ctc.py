"""Train what the page on CTC shows: readers of lines of digits, by six teachers.

python -m tools.train_rnn_ctc --for 60   works for a minute of CPU, then stops; call it
                                         again until it says that it is done

It writes code/ml2020/data/trained/rnn_ctc_runs.csv, rnn_ctc_silence.csv and
rnn_ctc_readers.npz, and their record once all is there. The loader,
ml2020/data/rnn_ctc_runs.py, holds the sha256 of each, printed at the end. What was done
so far is kept in _build/rnn_ctc.

Each teacher gets a grid of rates, widened until the best lies inside: CTC one of five,
the others one that begins with the three in the middle. All runs see the same lines. A
short lesson is a long one that was stopped early. The best rate of a lesson has the
least error on lines to choose by, of digits that no network learned from and that do
not judge. By the same lines it is chosen in how many columns in a row a digit has to be
said to be read. The run at the best rate of the long lessons of CTC and of true marks
is looked at after other numbers of updates, too.
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
from ml2020.rnn import error_rate, fresh_readers, part_lines, taught
from ml2020.rnn.ctc_paths import collapse
from ml2020.rnn.line_readers import line_scores, steady
from ml2020.support.rates import widened
from tools.trained import Training, sha256

KEPT = Path("_build/rnn_ctc")
SEEDS = range(5)
RATES = [0.001 * 3**k for k in (2, 3, 1, 4, 0)]  # the likeliest first
SHORT, LONG = 300, 1500  # updates
STOPS = 10, 20, 50, 100, 200, SHORT, 500, LONG
WATCHED = *range(0, 50, 2), *range(50, 300, 10), *range(300, LONG, 100)
BATCH, LINES = 16, 300
LEASTS = range(1, 7)  # columns in a row, for a digit to be read
GRID = ("CTC", "realigned", "even", "true", "parted true", "parted even")
WATCHED_EARLY = ("CTC", "true")
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
            part_lines("learn", BATCH, generator=drawn) for _ in range(LONG)
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
            waiting = iter(self.batches)
            end = taught(
                fresh_readers(list(SEEDS)),
                name,
                Adam(lr=lr),
                lambda: next(waiting),
                LONG,
                STOPS,
            )
            stopped = {f"{at}": t.half().numpy() for at, t in end.stopped.items()}
            np.savez(files["npz"], silence=end.silence.numpy(), **stopped)
            files["json"].write_text(json.dumps(self.code), encoding="utf-8")
        with np.load(files["npz"], allow_pickle=False) as stored:
            return dict(stored)

    def judged(self, theta: Tensor, start: Row) -> list[Row]:
        """Return a row for each network."""
        paths = {part: self.paths(theta, part) for part in self.lines}
        choose = {n: self.errors(paths["choose"], "choose", n) for n in LEASTS}
        least = min(LEASTS, key=lambda least: sum(choose[least]))
        judge, plain = (self.errors(paths["judge"], "judge", n) for n in (least, 1))
        found = choose[least], judge, plain
        return [
            [*start, least, seed, *(f"{e[seed]:.4f}" for e in found)] for seed in SEEDS
        ]

    def paths(self, theta: Tensor, part: str) -> list[list[list[int]]]:
        """Return the best path of each line, by network."""
        lines = self.lines[part]
        best = line_scores(theta, lines).argmax(dim=-1).movedim(0, -1).tolist()
        lengths = lines.lengths.tolist()
        return [
            [row[:T] for row, T in zip(rows, lengths, strict=True)] for rows in best
        ]

    def errors(
        self, paths: list[list[list[int]]], part: str, least: int
    ) -> list[float]:
        """Return the changes that each network's readings need, for each digit."""
        meant = self.lines[part].texts
        return [
            error_rate([collapse(steady(row, least)) for row in rows], meant)
            for rows in paths
        ]

    def cost(self, name: str, lr: float, steps: int) -> float:
        """Return what is to be small: the mean error on the lines to choose by."""
        errors = [float(row[5]) for row in self.of(name, lr, steps)]
        return sum(errors) / len(errors)


def all_of(runs: Runs) -> tuple[list[Row], dict[str, float]]:
    """Return the table of all runs, and each teacher's best rate for long lessons."""
    table: dict[str, Row] = {}
    best = {}
    for name in GRID:
        for steps in (SHORT, LONG):
            costs = widened(
                RATES if name == "CTC" else RATES[:3],
                lambda lr, name=name, steps=steps: runs.cost(name, lr, steps),
            )
            best[name] = min(costs, key=lambda lr: costs[lr])
            for lr in sorted(costs):
                table[f"{name} {lr:.6g} {steps}"] = runs.of(name, lr, steps)
        for steps in STOPS if name in WATCHED_EARLY else ():
            key = f"{name} {best[name]:.6g} {steps}"
            table[key] = runs.of(name, best[name], steps)
    return [row for rows in table.values() for row in rows], best


def written(runs: Runs, table: list[Row], best: dict[str, float]) -> list[str]:
    """Write the readers of long lessons and both tables; return their names."""
    arrays, silence = {}, []
    for name, lr in best.items():
        found = runs.kept(name, lr)
        arrays[name] = found[f"{LONG}"]
        for step in WATCHED:
            for seed in SEEDS:
                share = found["silence"][step, seed]
                silence.append([name, step, seed, f"{share:.4f}"])
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
