"""Train what the pages on convolutional networks show: clothes, and photographs.

python -m tools.train_cnn          some twenty minutes of CPU, in pieces

Each call works for about half a minute of CPU, keeps what it has in
_build/train_cnn, and says whether to call it again. The last one writes the table
cnn_clothes.csv and the weights cnn_clothes.npz and cnn_patches.npz into
code/ml2020/data/trained. Their loaders, ml2020/data/cnn_runs.py and cnn_weights.py,
hold the files' sha256, which are printed.
"""

import csv
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ml2020.cnn import (
    accuracy,
    clothes,
    drawn,
    fit,
    moved,
    patch_net,
    patches,
    rivals,
    shuffled,
)
from ml2020.cnn.learning import passes
from ml2020.cnn.pictures import Pictures
from ml2020.support.rates import widened
from tools.trained import FOLDER, Training

TABLE = "cnn_clothes.csv"
WEIGHTS = ("cnn_clothes.npz", "cnn_patches.npz")
KEPT = Path("_build/train_cnn")
LEARN, CHOOSE = 3000, 2000  # pictures
TEST = 2000  # of those that judge, the last ones: Zalando's test pictures
CHOOSERS = range(2)  # seeds of the networks that choose a rate
FRESH = range(100, 110)  # of those that are compared at it
SHOWN = FRESH[:5]  # of those whose weights the pages use, and whose dots are shuffled
MOST = 2  # dots by which pictures are moved by chance, for those that learn from such
RATES = [0.0003 * 3**k for k in range(5)]
NEAR = RATES[2:]  # to begin with, where the convolutional network's own best is inside
EPOCHS = 10
SEEN = 26  # rows and columns: the second pooling cuts off what sees the two others
LONG, LONG_SEEDS = (10, 30, 50), range(100, 103)  # epochs at which one run is asked
# Those that learn long from moved pictures: each at its rate of the long runs, wide at
# three times its own, too, and three networks with strides at a third of theirs.
MOVED_LONG = (
    ("max", 0.0027, FRESH[:5]),
    ("wide", 0.0009, FRESH[:5]),
    ("wide", 0.0027, FRESH[:5]),
    ("stride", 0.0081, FRESH[:5]),
    ("stride", 0.0027, FRESH[:3]),
)
PATCHES, PATCH_SEEDS, PATCH_RATE, PATCH_EPOCHS = 6000, range(3), 0.001, 8
PIECE = 25  # seconds of CPU of one call
Row = list[Any]

kept: dict[str, Any] = {"seconds": 0.0, "runs": {}}


class EnoughError(Exception):
    """This call has worked long enough."""


def keep(key: list[Any], make: Any) -> Any:
    """Return what one run gives, from an earlier call if it has it."""
    name = json.dumps(key)
    if name not in kept["runs"]:
        if sum(os.times()[:4]) > PIECE:
            raise EnoughError
        kept["runs"][name] = make()
        now = {**kept, "seconds": kept["seconds"] + sum(os.times()[:4])}
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / "runs.json").write_text(json.dumps(now), encoding="utf-8")
        print(name, kept["runs"][name][:8], flush=True)
    return kept["runs"][name]


def around(model: nn.Module, X: Tensor, y: Tensor, dots: int) -> float:
    """Return the accuracy on pictures moved by some dots, in four directions."""
    ways = ((dots, 0), (-dots, 0), (0, dots), (0, -dots))
    shares = [accuracy(model, moved(X, *way), y) for way in ways]
    return sum(shares) / len(shares)


def shown(what: str, seed: int) -> Pictures:
    """Return the clothes, their dots in an order of the seed's own if asked for.

    Or only those dots that the convolutional network sees if they stand in order.
    """
    data = clothes(LEARN, CHOOSE)
    if not what.startswith("shuffled"):
        return data
    places = torch.arange(784).view(28, 28)
    inside = (places[:SEEN, :SEEN] if what == "shuffled seen" else places).flatten()
    dice = torch.Generator().manual_seed(2020 + seed)
    order = torch.arange(784)
    order[inside] = inside[torch.randperm(len(inside), generator=dice)]
    return Pictures(*(shuffled(p, order) if p.ndim > 1 else p for p in data))


def one(what: str, name: str, lr: float, epochs: int, seed: int, whole: bool) -> Row:
    """Return the row of one network; whole ones are judged, and their weights kept."""
    how = what.removeprefix("rate ")
    data = shown(how, seed)
    model = drawn(rivals()[name], seed)
    dice = torch.Generator().manual_seed(seed)
    most = MOST if how.startswith("moved") else 0
    model = fit(model, data.X, data.y, lr, epochs, most, generator=dice)
    shares = [accuracy(model, data.X, data.y)]
    shares += [accuracy(model, data.X_choose, data.y_choose)]
    if whole:
        X, y = data.X_judge[-TEST:], data.y_judge[-TEST:]
        shares += [accuracy(model, data.X_judge, data.y_judge), accuracy(model, X, y)]
        far = () if how.startswith("shuffled") else range(1, 4)
        shares += [around(model, X, y, dots) for dots in far]
        if (what, name) == ("fresh", "max") and seed in SHOWN:
            keep_weights(model, f"clothes_{seed}")
    shares += [float("nan")] * (7 - len(shares))
    return [what, name, f"{lr:.6g}", epochs, seed, *(f"{s:.5g}" for s in shares)]


def keep_weights(model: nn.Module, name: str) -> None:
    """Put the parameters of a network aside, in 16 bits."""
    KEPT.mkdir(parents=True, exist_ok=True)
    arrays = {k: p.half().numpy() for k, p in model.state_dict().items()}
    np.savez(KEPT / f"{name}.npz", **arrays)


def compared(what: str, name: str, rates: Sequence[float] = RATES) -> list[Row]:
    """Return the rows of all rates, and those of fresh networks at the best."""
    table: list[Row] = []
    rate = "rate" if what == "fresh" else f"rate {what}"

    def loss(lr: float) -> float:
        key = [rate, name, f"{lr:.6g}", EPOCHS]
        rows = [
            keep([*key, seed], lambda s=seed: one(rate, name, lr, EPOCHS, s, False))
            for seed in CHOOSERS
        ]
        table.extend(rows)
        return -sum(float(row[6]) for row in rows) / len(rows)

    losses = widened(rates, loss)
    best = min(losses, key=lambda lr: losses[lr])
    return table + judged(what, name, best, SHOWN if what == "shuffled" else FRESH)


def judged(
    what: str, name: str, lr: float, seeds: Sequence[int], epochs: int = EPOCHS
) -> list[Row]:
    """Return the rows of networks that are compared, at a rate."""
    return [
        keep(
            [what, name, f"{lr:.6g}", epochs, seed],
            lambda s=seed: one(what, name, lr, epochs, s, True),
        )
        for seed in seeds
    ]


def shuffles() -> list[Row]:
    """Return the rows of all dots shuffled, and at that rate of those that are seen."""
    table = compared("shuffled", "max", NEAR)
    lr = best_rate(table, "max", "shuffled")
    return table + judged("shuffled seen", "max", lr, SHOWN)


def long_run(name: str, lr: float, seed: int) -> list[Row]:
    """Return the rows of one network that learns on, asked several times on its way."""
    data = clothes(LEARN, CHOOSE)
    X, y = data.X_judge[-TEST:], data.y_judge[-TEST:]
    dice = torch.Generator().manual_seed(seed)
    model = drawn(rivals()[name], seed)
    table = []
    for epochs in passes(model, data.X, data.y, lr, LONG[-1], generator=dice):
        if epochs not in LONG:
            continue
        pairs = zip(data[::2], data[1::2], strict=True)
        shares = [accuracy(model, *pair) for pair in pairs] + [accuracy(model, X, y)]
        shares += [around(model, X, y, dots) for dots in range(1, 4)]
        table.append(["long", name, f"{lr:.6g}", epochs, seed])
        table[-1] += [f"{s:.5g}" for s in shares]
    return table


def longer(name: str, best: float) -> list[Row]:
    """Return the rows of five times the epochs, at the best rate and a third of it."""
    table: list[Row] = []
    for lr in (best / 3, best):
        key = ["long", name, f"{lr:.6g}"]
        table += [
            row
            for seed in LONG_SEEDS
            for row in keep([*key, seed], lambda r=lr, s=seed: long_run(name, r, s))
        ]
    return sorted(table, key=lambda row: (float(row[2]), row[3]))


def patch_run(seed: int) -> Row:
    """Train one network on pieces of photographs, and put its weights aside."""
    dice = torch.Generator().manual_seed(seed)
    X, y = patches(PATCHES, judge=False, generator=dice)
    model = drawn(patch_net, seed)
    model = fit(model, X, y, PATCH_RATE, PATCH_EPOCHS, generator=dice)
    keep_weights(model, f"patches_{seed}")
    X_judge, y_judge = patches(2000, judge=True, generator=dice)
    return ["patches", accuracy(model, X, y), accuracy(model, X_judge, y_judge)]


def best_rate(table: list[Row], name: str, what: str = "fresh") -> float:
    """Return the rate at which the networks of a kind are compared."""
    return next(float(row[2]) for row in table if row[:2] == [what, name])


def stack(name: str, seeds: range) -> None:
    """Write the weights of several networks into one file."""
    found = [np.load(KEPT / f"{name}_{seed}.npz") for seed in seeds]
    arrays = {key: np.stack([each[key] for each in found]) for key in found[0].files}
    np.savez(FOLDER / f"cnn_{name}.npz", **arrays)


def main() -> int:
    """Train for a while; at the end write the table, the weights and the record."""
    torch.set_num_threads(1)
    if (KEPT / "runs.json").is_file():
        kept.update(json.loads((KEPT / "runs.json").read_text(encoding="utf-8")))
    seeds = [*CHOOSERS, *FRESH, *PATCH_SEEDS]
    training = Training(__file__, seeds=seeds, earlier=kept["seconds"])
    try:
        table = []
        for name in ("linear", "narrow", "wide", "max"):
            table += compared("fresh", name)
        for seed in PATCH_SEEDS:
            keep(["patches", seed], lambda s=seed: patch_run(s))
        table += shuffles()
        table += compared("fresh", "stride", NEAR)
        table += compared("fresh", "blurred")
        for name in ("wide", "max", "stride"):
            table += judged("moved", name, best_rate(table, name), FRESH)
        for name in ("max", "wide", "narrow", "stride"):
            table += longer(name, best_rate(table, name))
        for name, lr, some in MOVED_LONG:
            table += judged("moved long", name, lr, some, LONG[-1])
    except EnoughError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    head = "what network lr epochs seed learn choose judge by_0 by_1 by_2 by_3".split()
    with (FOLDER / TABLE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *table])
    stack("clothes", SHOWN)
    stack("patches", PATCH_SEEDS)
    training.write([TABLE, *WEIGHTS])
    print(json.dumps(training.record["files"], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
