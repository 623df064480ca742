"""Train what the page on defences shows: readers of digits, seven ways to learn.

python -m tools.train_attack --for 60   works for a minute of CPU, then stops; call it
                                        again until it says that it is done

It writes code/ml2020/data/trained/attack_runs.csv and three files of weights, and their
record once all is there. The loader, ml2020/data/attack_runs.py, holds the sha256 of
each, printed at the end. What was done so far is kept in _build/train_attack.

A row is a network. Five networks choose, by the share of 300 other pictures that they
name rightly after PGD of 20 steps within 0.1, by the cross-entropy and by the lead, the
worse of the two for each picture: rates of factor 3, more until the best lies inside;
for decay and dropout likewise their strength, at the rate of the plain ones, and then
their rate; "clean" are plain ones at the rate that names most pictures as they are
rightly. Five others are judged on 597 pictures: as they are, after FGSM, after the same
PGD, and after the strongest of many: 50 steps, both losses, two starts each; "entropy"
is PGD of 20 steps by the cross-entropy alone. Some are judged once more after ten times
the epochs, at their rate.

Some kinds do the same on clothes, within 0.05: 1,000 photographs of Fashion-MNIST to
learn from, 500 to choose by, 500 to judge by. And two kinds learn digits within 0.2,
"wide", at their rates for 0.1 and with ten times the epochs.
"""

import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ml2020.attack.bounds import certified
from ml2020.attack.losses import lead, non_targeted
from ml2020.attack.pgd import fgsm, pgd
from ml2020.attack.readers import (
    SIZES,
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
from ml2020.data.fashion_mnist import fashion_mnist
from ml2020.optimization import AdamW
from ml2020.support.rates import widened
from tools.trained import Training, sha256
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/train_attack")
EPOCHS, LONG = 30, 300
CHOOSERS, SEEDS = (0, 1, 2, 3, 4), (100, 101, 102, 103, 104)
RATES = [0.001, 0.003, 0.009]
DECAYS, SHARES = [1.0, 3.0, 9.0], [0.1, 0.3, 0.5, 0.7]
ALL = ("plain", "clean", "decay", "dropout", "noise", "fgsm", "pgd", "interval")
SHOWN = ("plain", "pgd", "interval")  # whose weights the page uses
AGAIN = ("plain", "pgd", "interval")  # on digits with more epochs, too
WORN = ("plain", "clean", "pgd")  # also on clothes
WIDE = ("fgsm", "pgd")  # also within a ball twice as wide
STEPS, STEP = 5, 0.4  # of PGD while they learn, in radii; the judges take smaller ones


class Task(NamedTuple):
    """Pictures, the networks that name them, and how far a dot may be moved."""

    name: str
    parts: tuple[Tensor, ...]  # to learn from, to choose by, to judge by; X, y of each
    sizes: tuple[int, ...]
    eps: float


def clothes() -> tuple[Tensor, ...]:
    """Return photographs and classes to learn from, to choose by, to judge by."""
    data = fashion_mnist()
    X, y = data.train_images, data.train_labels
    learned, others = slice(0, 1000), slice(1000, 1500)
    test = data.test_images[:500], data.test_labels[:500]
    return X[learned], y[learned], X[others], y[others], *test


def dice(seed: int) -> torch.Generator:
    """Return a generator."""
    return torch.Generator().manual_seed(seed)


def risk_of(task: Task, kind: str, strength: float, seed: int) -> Risk:
    """Return what networks of a kind make small."""
    drawn, eps, sizes = dice(seed), task.eps, task.sizes
    return {
        "dropout": lambda: dropout_risk(strength, sizes, generator=drawn),
        "noise": lambda: noise_risk(eps, sizes, generator=drawn),
        "fgsm": lambda: adversarial_risk(eps, 1, eps, sizes),
        "pgd": lambda: adversarial_risk(eps, STEPS, STEP * eps, sizes, generator=drawn),
        "interval": lambda: interval_risk(eps, sizes=sizes),
    }.get(kind, lambda: plain_risk(sizes))()


class Setting(NamedTuple):
    """What networks learn, and how."""

    task: Task
    kind: str
    lr: float
    strength: float
    epochs: int


def taught(setting: Setting, seeds: tuple[int, ...]) -> Tensor:
    """Return networks that have learned."""
    task, kind, lr, strength, epochs = setting
    rule = AdamW(lr=lr, weight_decay=strength if kind == "decay" else 0.0)
    risk = risk_of(task, kind, strength, 1000 + seeds[0])
    X, y = task.parts[:2]
    return learn(rule, seeds, X, y, epochs, risk, task.sizes)


def shares(task: Task, theta: Tensor, part: slice, whole: bool) -> Row:
    """Return of each network what it names rightly, and what is proved."""
    k, eps = len(theta), task.eps
    X, y = task.parts[part]
    x, y, model = X.repeat(k, 1, 1), y.repeat(k), as_model(theta, task.sizes)

    def entropy(x: Tensor) -> Tensor:
        return non_targeted(model(x), y)

    def ahead(x: Tensor) -> Tensor:
        return lead(model(x), y)

    alone, by_lead = (
        right(model, pgd(loss, x, eps, 20, eps / 8), y) for loss in (entropy, ahead)
    )
    found = [right(model, x, y), alone & by_lead]
    if whole:
        found.append(right(model, fgsm(entropy, x, eps), y))
        alive = found[0] & found[1]
        for loss in (entropy, ahead):
            for start in range(2):
                moved = pgd(loss, x, eps, 50, eps / 10, generator=dice(start))
                alive = alive & right(model, moved, y)
        found += [alive, certified(theta, x, y, eps, task.sizes), alone]
    return [by_network(f, k).tolist() for f in found]


def chosen(setting: Setting) -> Row:
    """Return what networks that choose reach on the pictures to choose by."""
    theta = taught(setting, CHOOSERS)
    return shares(setting.task, theta, slice(2, 4), whole=False)


def judged(setting: Setting) -> Row:
    """Return what five others reach; keep their weights."""
    theta = taught(setting, SEEDS)
    if setting.epochs == EPOCHS and setting.task.name == "digits":
        KEPT.mkdir(parents=True, exist_ok=True)
        np.save(KEPT / f"{setting.kind}.npy", theta.half().numpy())
    return shares(setting.task, theta, slice(4, 6), whole=True)


class Table:
    """What is written: settings are chosen first, then networks are judged."""

    def __init__(self, runs: Runs) -> None:
        self.runs, self.rows = runs, []

    def tried(self, setting: Setting) -> tuple[float, float]:
        """Return the mean shares of errors, as they are and attacked; add rows."""
        clean, moved = self.runs.of(key_of("chosen", setting), lambda: chosen(setting))
        for seed, *pair in zip(CHOOSERS, clean, moved, strict=True):
            told = [f"{v:.4f}" for v in pair]
            self.rows.append([*named("choose", setting), seed, *told, *["nan"] * 4])
        return 1 - sum(clean) / len(clean), 1 - sum(moved) / len(moved)

    def best(self, task: Task, kind: str, plain: float) -> Setting:
        """Return the setting with which a kind errs least; `plain` is a rate."""
        of = Setting(task, kind, plain, 0.0, EPOCHS)

        def with_rate(lr: float) -> Setting:
            return of._replace(lr=float(f"{lr:.4g}"))

        def with_strength(v: float) -> Setting:
            return of._replace(strength=float(f"{v:.4g}"))

        def errs(v: float) -> float:
            return self.tried(with_strength(v))[1]

        if kind == "decay":
            found = widened(DECAYS, errs)
            of = with_strength(least(found))
        elif kind == "dropout":
            of = with_strength(least({v: errs(v) for v in SHARES}))
        aim = 0 if kind == "clean" else 1
        rates = [of.lr / 3, of.lr, of.lr * 3] if of.strength else RATES
        return with_rate(least(widened(rates, lambda v: self.tried(with_rate(v))[aim])))

    def judge(self, setting: Setting) -> None:
        """Add the rows of five networks that are judged."""
        found = self.runs.of(key_of("judged", setting), lambda: judged(setting))
        for seed, *told in zip(SEEDS, *found, strict=True):
            measured = [f"{v:.4f}" for v in told]
            self.rows.append([*named("judge", setting), seed, *measured])

    def all_rows(self) -> list[Row]:
        """Return the rows of all kinds, on both tasks, and of those that learn long."""
        for task, kinds in ((DIGITS, ALL), (CLOTHES, WORN)):
            plain, again = 0.0, []
            for kind in kinds:
                setting = self.best(task, kind, plain)
                plain = plain or setting.lr
                self.judge(setting)
                long = setting._replace(epochs=LONG)
                again += [long] * (kind in AGAIN)
                again += [long._replace(task=TWICE)] * (kind in WIDE)
            for setting in again if task is DIGITS else ():
                self.judge(setting)
        return self.rows


def least(found: dict[float, float]) -> float:
    """Return the number with which least is wrong."""
    return min(found, key=lambda v: found[v])


def named(what: str, setting: Setting) -> Row:
    """Return the columns that say what a row is."""
    return [what, setting.task.name, *setting[1:]]


def key_of(what: str, setting: Setting) -> str:
    """Return the name under which a run is kept."""
    return " ".join(map(str, named(what, setting)))


DIGITS = Task("digits", tuple(digit_parts()), SIZES, 0.1)
TWICE = DIGITS._replace(name="wide", eps=0.2)
CLOTHES = Task("clothes", clothes(), (784, 64, 64, 10), 0.05)


def written(training: Training, rows: list[Row]) -> list[str]:
    """Write the table and the weights; return their names."""
    names = []
    for kind in SHOWN:
        names.append(f"attack_{kind}.npz")
        theta: Any = np.load(KEPT / f"{kind}.npy", allow_pickle=False)
        np.savez_compressed(training.folder / names[-1], theta=theta)
    measured = "clean pgd fgsm strong proved entropy".split()
    head = ["what", "data", *Setting._fields[1:], "seed", *measured]
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
