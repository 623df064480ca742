"""Train what the page on testing data shows: what each tip buys, at its own best.

python -m tools.train_training_tips_table     some eight minutes of CPU, in pieces

Each call works for about five minutes of CPU, keeps what it has in
_build/train_training_tips_table.json, and says whether to call it again. The last one
writes code/ml2020/data/trained/training_tips_table.csv. Its loader,
ml2020/data/training_tips_runs.py, holds the file's sha256, which is printed.

Said before the run: the strength of a tip and its rate are chosen together, by the mean
validation accuracy of five networks; twenty fresh ones, each with its own 200 pictures,
are compared. A tip wins over nothing if its test accuracy is more than 0.3 points
higher in the mean, and more than two standard errors of the paired differences; it
loses if it is as far behind; else both are even. Ten of them then learn ten times as
long. Added after the first run: no tip at the rate that most tips chose, a lower
strength of L1, and dropout at the rate of no tip; L1 for ten times as long at a third
of the rate; early stopping that watches the loss, and one that watches accuracy and
keeps the latest of equal bests or the first, also with patience without end, in the
same trainings at two rates, with clean labels and with one training label in five drawn
anew.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import torch

from ml2020.deep_learning import digit_sets, he_layers
from ml2020.deep_learning.study import DigitSets
from ml2020.support.rates import widened
from ml2020.training_tips import (
    Course,
    Penalised,
    Plan,
    learn,
    redrawn,
    stopped,
    weights,
)
from tools.trained import Training

NAME = "training_tips_table.csv"
HEAD = [
    *("what", "tip", "strength", "lr", "pictures", "epochs", "seed", "kept"),
    *("training_loss", "training", "validation_loss", "validation"),
    *("test_loss", "test"),
]
KEPT = Path("_build/train_training_tips_table.json")
SEEDS, FRESH = range(5), range(100, 120)  # that choose; that are compared
FAR = range(100, 110)  # that learn ten times as long
SIZES = (64, 64, 64, 10)
PICTURES = 200
EPOCHS, LONG, BATCH = 100, 1000, 20
RATES = [0.01 * 3**k for k in range(5)]
# Dropout's are odds, p / (1 - p), so they too can be widened by a factor of 3.
STRENGTHS = {
    "L2": [0.001 * 3**k for k in range(3)],
    "L1": [0.0001 * 3**k for k in range(3)],
    "dropout": [3.0**k for k in range(-2, 1)],
}
PLAIN = ("nothing", "batch")  # tips without a strength
PATIENCE = (5, 20)
ENDLESS = 100  # with so much patience no training stops, and the best epoch is kept
SLOWER = ("L1", 0.0009, 0.09)  # tip, strength, rate: also ten times as long
BESIDE = (  # tip, strength, rate: what else twenty networks are asked
    ("nothing", 0.0, 0.27),
    ("L1", 0.0003, 0.27),
    ("dropout", 1 / 9, 0.09),
)
WATCHED = (0.09, 0.27)  # rates at which two ways to stop are compared
REDRAWN = 0.2  # the share of the training labels that are drawn anew
PIECE = 300  # seconds of CPU of one call
VALIDATION = 11  # the column by which is chosen
Row = list[Any]

kept: dict[str, Any] = {"seconds": 0.0, "runs": {}}


class EnoughError(Exception):
    """This call has worked long enough."""


def rows(what: str, tip: str, strength: float, lr: float, epochs: int) -> list[Row]:
    """Return a row for each network of one run, from an earlier call if it has them.

    Of networks with no tip there are rows for early stopping, too.
    """
    key = [what, tip, f"{strength:.6g}", f"{lr:.6g}", PICTURES, epochs]
    name = json.dumps(key)
    if name not in kept["runs"]:
        if sum(os.times()[:4]) > PIECE:
            raise EnoughError
        kept["runs"][name] = made(key, tip, strength, lr)
        now = {**kept, "seconds": kept["seconds"] + sum(os.times()[:4])}
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(now), encoding="utf-8")
        print(*kept["runs"][name][0], flush=True)
    return kept["runs"][name]


def made(key: list[Any], tip: str, strength: float, lr: float) -> list[Row]:
    """Train the networks of one run, and return their rows."""
    what, epochs = key[0], key[-1]
    seeds = {"rate": SEEDS, "long": FAR, "long-slower": FAR}.get(what, FRESH)
    p = strength / (1 + strength) if tip == "dropout" else 0.0
    plan = Plan(SIZES, norm=tip if tip == "batch" else "", p=p)
    l2, l1 = (strength if tip == name else 0.0 for name in ("L2", "L1"))
    rule = Penalised(lr, l2, l1, weights(plan))
    stops = tip == "nothing" and epochs == EPOCHS
    course = Course(PICTURES, BATCH, epochs, 1 if stops else epochs)
    data = digits_for(what)
    curves = learn(plan, rule, he_layers, data, seeds, course).curves
    found = []
    for k, seed in enumerate(seeds):
        last = len(curves.test) - 1
        ends = [(tip, strength, last)]
        if stops:
            losses = curves.validation_loss[:, k].tolist()
            errors = (1 - curves.validation[:, k]).tolist()
            for patience in (*PATIENCE, ENDLESS):
                for way, watched, latest in (
                    ("stopping", losses, False),
                    ("accuracy", errors, True),
                    ("first", errors, False),
                ):
                    best = stopped(watched, patience, latest=latest).best
                    ends.append((way, patience, best))
        for name, value, place in ends:
            told = [f"{column[place, k].item():.5g}" for column in curves]
            at = (place + 1) * course.look
            own = [what, name, f"{value:.6g}", *key[3:], seed, at]
            found.append([*own, *told])
    return found


def digits_for(what: str) -> DigitSets:
    """Return the digits; for some runs with some training labels drawn anew."""
    data = digit_sets()
    if what != "redrawn":
        return data
    die = torch.Generator().manual_seed(7)
    return data._replace(labels=redrawn(data.labels, REDRAWN, 10, generator=die))


def of_tip(found: list[Row], tip: str, strength: float) -> list[Row]:
    """Return the rows of one tip."""
    return [row for row in found if row[1:3] == [tip, f"{strength:.6g}"]]


def best(tip: str, strengths: list[float]) -> list[Row]:
    """Return all rows of a tip: every strength at every rate, then fresh networks."""
    source = "nothing" if tip == "stopping" else tip
    table: list[Row] = []
    losses: dict[tuple[float, float], float] = {}

    def both(strength: float, lr: float) -> float:
        asked = 0.0 if tip == "stopping" else strength
        found = rows("rate", source, asked, lr, EPOCHS)
        mine = of_tip(found, tip, strength)
        table.extend(mine)
        loss = -sum(float(row[VALIDATION]) for row in mine) / len(mine)
        losses[strength, lr] = loss
        return loss

    def at_best_rate(strength: float) -> float:
        rates = RATES[1:4] if tip in STRENGTHS else RATES
        found = widened(rates, lambda lr: both(strength, lr))
        return min(found.values())

    if tip in STRENGTHS:
        widened(strengths, at_best_rate)
    else:
        for strength in strengths:
            at_best_rate(strength)
    strength, lr = min(losses, key=lambda pair: losses[pair])
    asked = 0.0 if tip == "stopping" else strength
    fresh = rows("fresh", source, asked, lr, EPOCHS)
    table += of_tip(fresh, tip, strength)
    if tip != "stopping":
        table += rows("long", tip, strength, lr, LONG)
    return table


def whole() -> list[Row]:
    """Return the rows of all runs."""
    table: list[Row] = []
    for tip in PLAIN:
        table += best(tip, [0.0])
    for patience in PATIENCE:
        table += best("stopping", [float(patience)])
    for tip, strengths in STRENGTHS.items():
        table += best(tip, strengths)
    for tip, strength, lr in BESIDE:
        table += of_tip(rows("beside", tip, strength, lr, EPOCHS), tip, strength)
    table += rows("long-slower", *SLOWER, LONG)
    for what in ("clean", "redrawn"):
        for lr in WATCHED:
            found = rows(what, "nothing", 0.0, lr, EPOCHS)
            table += sorted(found, key=lambda row: row[1:3])
    return table


def main() -> int:
    """Train for a while; at the end write the table, the record, and the hash."""
    torch.set_num_threads(1)
    if KEPT.is_file():
        kept.update(json.loads(KEPT.read_text(encoding="utf-8")))
    seeds = [*SEEDS, *FRESH]
    training = Training(__file__, seeds=seeds, earlier=kept["seconds"])
    try:
        table = whole()
    except EnoughError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    print(training.write_table(NAME, HEAD, table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
