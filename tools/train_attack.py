"""Train what the page on defences shows: readers of digits, seven ways to learn.

python -m tools.train_attack --for 60   works for a minute of CPU, then stops; call it
                                        again until it says that it is done

It writes code/ml2020/data/trained/attack_runs.csv and three files of weights, and their
record once all is there. The loader, ml2020/data/attack_runs.py, holds the sha256 of
each, printed at the end. What was done so far is kept in _build/train_attack.

A row is a network. Two networks choose, by the share of 300 other pictures that they
name rightly after PGD of 20 steps within 0.1: rates of factor 3, more until the best
lies inside; for decay and dropout, at the rate of the plain ones, likewise their
strength; "clean" are plain ones at the rate that names most pictures as they are
rightly. Five others are judged on 597 pictures: as they are, after FGSM, after PGD of
20 steps, and after the strongest of many: 50 steps, by cross-entropy and by the lead,
two starts each. Some are judged once more after ten times the epochs.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ml2020.attack.bounds import certified
from ml2020.attack.losses import lead, non_targeted
from ml2020.attack.pgd import fgsm, pgd
from ml2020.attack.readers import (
    Risk,
    as_model,
    by_network,
    digit_parts,
    learn,
    plain_risk,
    right,
)
from ml2020.attack.training import (
    adversarial_risk,
    dropout_risk,
    interval_risk,
    noise_risk,
)
from ml2020.optimization import AdamW
from ml2020.support.rates import widened
from tools.trained import Training, sha256
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/train_attack")
EPS = 0.1
EPOCHS, LONG = 30, 300
CHOOSERS, SEEDS = (0, 1), (100, 101, 102, 103, 104)
RATES = [0.001, 0.003, 0.009]
DECAYS, SHARES = [0.03, 0.3, 3.0], [0.1, 0.3, 0.5]
TUNED = ("plain", "noise", "fgsm", "pgd", "interval")  # each with rates of its own
ALL = ("plain", "clean", "decay", "dropout", "noise", "fgsm", "pgd", "interval")
SHOWN = ("plain", "pgd", "interval")  # whose weights the page uses
AGAIN: tuple[str, ...] = ()  # judged after ten times the epochs, too
STEPS, RATE = 5, 0.04  # of PGD while they learn; the judges take smaller steps
PARTS = digit_parts()


def dice(seed: int) -> torch.Generator:
    """Return a generator."""
    return torch.Generator().manual_seed(seed)


def risk_of(kind: str, strength: float, seed: int) -> Risk:
    """Return what networks of a kind make small."""
    drawn = dice(seed)
    return {
        "dropout": lambda: dropout_risk(strength, generator=drawn),
        "noise": lambda: noise_risk(EPS, generator=drawn),
        "fgsm": lambda: adversarial_risk(EPS, 1, EPS),
        "pgd": lambda: adversarial_risk(EPS, STEPS, RATE, generator=drawn),
        "interval": lambda: interval_risk(EPS),
    }.get(kind, plain_risk)()


def taught(
    kind: str, lr: float, strength: float, epochs: int, seeds: tuple[int, ...]
) -> Tensor:
    """Return networks that have learned."""
    rule = AdamW(lr=lr, weight_decay=strength if kind == "decay" else 0.0)
    risk = risk_of(kind, strength, 1000 + seeds[0])
    return learn(rule, seeds, PARTS.X, PARTS.y, epochs, risk)


def shares(theta: Tensor, part: str, whole: bool) -> Row:
    """Return of each network what it names rightly, and what is proved."""
    k = len(theta)
    X, y = (getattr(PARTS, f"{name}_{part}") for name in "Xy")
    x, y, model = X.repeat(k, 1, 1), y.repeat(k), as_model(theta)

    def entropy(x: Tensor) -> Tensor:
        return non_targeted(model(x), y)

    def ahead(x: Tensor) -> Tensor:
        return lead(model(x), y)

    found = [
        right(model, x, y),
        right(model, pgd(entropy, x, EPS, 20, EPS / 8), y),
    ]
    if whole:
        found.append(right(model, fgsm(entropy, x, EPS), y))
        alive = found[0] & found[1]
        for loss in (entropy, ahead):
            for start in range(2):
                moved = pgd(loss, x, EPS, 50, EPS / 10, generator=dice(start))
                alive = alive & right(model, moved, y)
        found += [alive, certified(theta, x, y, EPS)]
    return [by_network(f, k).tolist() for f in found]


def chosen(kind: str, lr: float, strength: float) -> Row:
    """Return what networks that choose reach on the pictures to choose by."""
    theta = taught(kind, lr, strength, EPOCHS, CHOOSERS)
    return shares(theta, "choose", whole=False)


def judged(kind: str, lr: float, strength: float, epochs: int) -> Row:
    """Return what five others reach; keep their weights."""
    theta = taught(kind, lr, strength, epochs, SEEDS)
    if epochs == EPOCHS:
        KEPT.mkdir(parents=True, exist_ok=True)
        np.save(KEPT / f"{kind}.npy", theta.half().numpy())
    return shares(theta, "judge", whole=True)


class Table:
    """What is written: settings are chosen first, then networks are judged."""

    def __init__(self, runs: Runs) -> None:
        self.runs, self.rows = runs, []

    def tried(self, kind: str, lr: float, strength: float) -> float:
        """Return the mean share of those that err, and add rows."""
        lr, strength = float(f"{lr:.4g}"), float(f"{strength:.4g}")
        key = f"chosen {kind} {lr} {strength}"
        clean, moved = self.runs.of(key, lambda: chosen(kind, lr, strength))
        for seed, *pair in zip(CHOOSERS, clean, moved, strict=True):
            told = [f"{v:.4f}" for v in pair]
            self.rows.append(
                ["choose", kind, lr, strength, EPOCHS, seed, *told, *["nan"] * 3]
            )
        return 1 - sum(moved) / len(moved)

    def best(self, kind: str, lr: float) -> tuple[float, float]:
        """Return the rate and the strength with which a kind errs least."""
        if kind == "clean":
            clean: dict[float, float] = {}
            for row in self.rows:
                if row[0] == "choose":
                    clean[row[2]] = clean.get(row[2], 0.0) + float(row[6])
            return max(clean, key=lambda v: clean[v]), 0.0
        if kind in TUNED:
            rates = widened(RATES, lambda lr: self.tried(kind, lr, 0.0))
            return float(f"{min(rates, key=lambda v: rates[v]):.4g}"), 0.0
        if kind == "decay":
            found = widened(DECAYS, lambda v: self.tried(kind, lr, v), 10.0)
        else:
            found = {v: self.tried(kind, lr, v) for v in SHARES}
        return lr, float(f"{min(found, key=lambda v: found[v]):.4g}")

    def all_rows(self) -> list[Row]:
        """Return the rows of all kinds, and the kinds that were judged again."""
        plain, settings = 0.0, {}
        for kind in ALL:
            settings[kind] = self.best(kind, plain)
            plain = plain or settings[kind][0]
            self.judge(kind, *settings[kind], EPOCHS)
        for kind in AGAIN:
            self.judge(kind, *settings[kind], LONG)
        return self.rows

    def judge(self, kind: str, lr: float, strength: float, epochs: int) -> None:
        """Add the rows of five networks that are judged."""
        key = f"judged {kind} {lr} {strength} {epochs}"
        found = self.runs.of(key, lambda: judged(kind, lr, strength, epochs))
        for seed, *told in zip(SEEDS, *found, strict=True):
            measured = [f"{v:.4f}" for v in told]
            self.rows.append(["judge", kind, lr, strength, epochs, seed, *measured])


def written(training: Training, rows: list[Row]) -> list[str]:
    """Write the table and the weights; return their names."""
    names = []
    for kind in SHOWN:
        names.append(f"attack_{kind}.npz")
        theta: Any = np.load(KEPT / f"{kind}.npy", allow_pickle=False)
        np.savez_compressed(training.folder / names[-1], theta=theta)
    head = "what kind lr strength epochs seed clean pgd fgsm strong proved".split()
    training.write_table("attack_runs.csv", head, rows)
    return [*names, "attack_runs.csv"]


def main() -> int:
    """Work for a while; write what the page shows, and its record when all is done."""
    made = worked(
        __file__,
        KEPT / "runs.json",
        lambda runs: Table(runs).all_rows(),
        seeds=[*CHOOSERS, *SEEDS],
    )
    if made is None:
        return 1
    training, rows = made
    names = written(training, rows)
    training.write(names)
    for name in names:
        print(name, sha256(training.folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
