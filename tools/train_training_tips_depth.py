"""Train what the page on training data shows: deep networks, and what helps them.

python -m tools.train_training_tips_depth     some eleven minutes of CPU, in pieces

Each call works for about five minutes of CPU, keeps what it has in
_build/train_training_tips_depth.json, and says whether to call it again. The last one
writes code/ml2020/data/trained/training_tips_depth.csv. Its loader,
ml2020/data/training_tips_runs.py, holds the file's sha256, which is printed.

Said before the run: rates are chosen by the mean training loss of three networks; five
fresh ones are compared. One kind wins over another if its training accuracy is more
than one point higher in the mean, and more than two standard errors of the paired
differences; it loses if it is as far behind; else both are even. For ten times the
epochs the three networks stand for themselves. Added after the first run: rectifiers
with Adam; for seven layers of sigmoids higher rates of momentum, and several rates for
the long runs; long runs of rectifiers with momentum; five fresh networks for the best
of the long runs with Adam; sigmoids that are steeper, centred, or both, with momentum
and with Adam, and steep ones whose biases begin shifted, so that they begin as the same
function as those that are both; plain ones whose first weights are larger; long runs of
steep and of centred ones; dropout for the deep rectifiers, and each at the other's
rate.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from ml2020.deep_learning import Layer, digit_sets, draw_layers, relu, sizes_of
from ml2020.deep_learning.forward_pass import Bend
from ml2020.deep_learning.theta import Draw
from ml2020.gradient_descent import Rule
from ml2020.optimization import SGDM, Adam
from ml2020.support.rates import widened
from ml2020.training_tips import Course, Plan, gaussian_layers, learn
from tools.trained import Training

NAME = "training_tips_depth.csv"
HEAD = "what bend start tip depth rule lr epochs seed loss training test".split()
KEPT = Path("_build/train_training_tips_depth.json")
SEEDS, FRESH = range(3), range(100, 105)  # that choose a rate; that are compared
WIDTH, DEEP = 32, 7
DEPTHS = {
    ("sigmoid", "momentum"): (1, 7),
    ("relu", "momentum"): (1, 7),
    ("sigmoid", "adam"): (1, 7),
    ("relu", "adam"): (1, 7),
}
EPOCHS, LONG, BATCH = 30, 300, 50
BENDS: dict[str, Bend] = {
    "sigmoid": torch.sigmoid,
    "relu": relu,
    "steep": lambda z: 4 * torch.sigmoid(z),
    "centred": lambda z: torch.sigmoid(z) - 0.5,
    "both": lambda z: 4 * torch.sigmoid(z) - 2,
}
SHAPES = ("steep", "centred", "both")  # what a sigmoid may lack
FIRST = (1 / 3, 16.0, 64.0, 256.0)  # n v of first weights, Gaussian, without biases
DROPPED = 0.1  # the probability with which a neuron is, where dropout is the tip
RULES: dict[str, Callable[[float], Rule[Any]]] = {"momentum": SGDM, "adam": Adam}
RATES = {
    "momentum": [0.003 * 3**k for k in range(5)],
    "adam": [0.0003 * 3**k for k in range(5)],
}
HELPED = ("sigmoid", "default", "batch")  # with seven hidden layers, and momentum
SLOW = ("sigmoid", "default", "")  # that may only need longer
HIGH = (0.729, 2.187, 6.561)  # rates of momentum, for the slow ones
LONG_RATES = {
    "momentum": (0.001, 0.243, 0.729),
    "adam": (0.0009, 0.0027, 0.0081, 0.0243),
}
PIECE = 300  # seconds of CPU of one call
LONG_RELU = (0.009, 0.027)  # of momentum, for rectifiers
LONG_FRESH = 0.0027  # of Adam, for five fresh networks of sigmoids
LONG_SHAPES = {"steep": (0.001, 0.003, 0.009), "centred": (0.027, 0.081)}
BESIDE = (("", 0.081), ("dropout", 0.027))  # each at the other's rate
LONG_STEEP = 0.009  # of momentum, for five fresh steep ones
Kind = tuple[str, str, str]
Row = list[Any]

kept: dict[str, Any] = {"seconds": 0.0, "runs": {}}


class EnoughError(Exception):
    """This call has worked long enough."""


def shifted(sizes: Sequence[int], *, generator: torch.Generator) -> list[Layer]:
    """Return layers for steep sigmoids that do what those do that are both, at first.

    4 sigmoid is 2 more than 4 sigmoid - 2: the biases of the next layer take it off.
    """
    first, *rest = draw_layers(sizes, generator=generator)
    return [first, *(Layer(W, b - 2 * W.sum(dim=1)) for W, b in rest)]


def drawer(start: str) -> Draw:
    """Return what draws the first layers."""
    if start in ("default", "shifted"):
        return draw_layers if start == "default" else shifted
    nv = float(start)
    return partial(gaussian_layers, variance=lambda fan_in, _: nv / fan_in)


def rows(
    what: str, kind: Kind, depth: int, rule: str, lr: float, epochs: int
) -> list[Row]:
    """Return a row for each network of one run, from an earlier call if it has them."""
    key = [what, *kind, depth, rule, f"{lr:.6g}", epochs]
    name = json.dumps(key)
    if name not in kept["runs"]:
        if sum(os.times()[:4]) > PIECE:
            raise EnoughError
        seeds = FRESH if "fresh" in what else SEEDS
        bend, start, tip = kind
        p = DROPPED if tip == "dropout" else 0.0
        norm = "" if tip == "dropout" else tip
        plan = Plan(sizes_of(WIDTH, depth), BENDS[bend], norm, p)
        data, course = digit_sets(), Course(900, BATCH, epochs, epochs)
        end = learn(plan, RULES[rule](lr), drawer(start), data, seeds, course).curves
        columns = (end.training_loss[-1], end.training[-1], end.test[-1])
        told = [[f"{v:.5g}" for v in column.tolist()] for column in columns]
        found = [[*key, *row] for row in zip(seeds, *told, strict=True)]
        kept["runs"][name] = found
        now = {**kept, "seconds": kept["seconds"] + sum(os.times()[:4])}
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(now), encoding="utf-8")
        print(*found[0], flush=True)
    return kept["runs"][name]


def best(kind: Kind, depth: int, rule: str) -> list[Row]:
    """Return the rows of all rates, and of fresh networks at the best of them."""
    table: list[Row] = []

    def loss(lr: float) -> float:
        found = rows("rate", kind, depth, rule, lr, EPOCHS)
        table.extend(found)
        return sum(float(row[9]) for row in found) / len(found)

    losses = widened(RATES[rule], loss)
    lr = min(losses, key=lambda lr: losses[lr])
    return table + rows("fresh", kind, depth, rule, lr, EPOCHS)


def whole() -> list[Row]:
    """Return the rows of all runs."""
    table: list[Row] = []
    for (bend, rule), depths in DEPTHS.items():
        for depth in depths:
            table += best((bend, "default", ""), depth, rule)
    table += best(HELPED, DEEP, "momentum")
    for lr in HIGH:
        table += rows("high", SLOW, DEEP, "momentum", lr, EPOCHS)
    for rule, rates in LONG_RATES.items():
        for lr in rates:
            table += rows("long", SLOW, DEEP, rule, lr, LONG)
    return table + later()


def later() -> list[Row]:
    """Return the rows of what was added last."""
    table: list[Row] = []
    for rule in RULES:
        for bend in SHAPES:
            table += best((bend, "default", ""), DEEP, rule)
    table += best(("steep", "shifted", ""), DEEP, "momentum")
    for nv in FIRST:
        table += best(("sigmoid", f"{nv:.3g}", ""), DEEP, "momentum")
    table += best(("relu", "default", "dropout"), DEEP, "momentum")
    for tip, lr in BESIDE:
        kind = ("relu", "default", tip)
        table += rows("fresh-beside", kind, DEEP, "momentum", lr, EPOCHS)
    for bend, rates in LONG_SHAPES.items():
        for lr in rates:
            table += rows("long", (bend, "default", ""), DEEP, "momentum", lr, LONG)
    steep = ("steep", "default", "")
    table += rows("long-fresh", steep, DEEP, "momentum", LONG_STEEP, LONG)
    for lr in LONG_RELU:
        table += rows("long", ("relu", "default", ""), DEEP, "momentum", lr, LONG)
    table += rows("long-fresh", SLOW, DEEP, "adam", LONG_FRESH, LONG)
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
