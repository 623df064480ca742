"""Train what the page on depth shows: fat against tall, faces, and folds.

ML2020_TYPECHECK=0 python -m tools.train_why_deep      some 25 minutes of CPU

A name (folds, faces, shapes ...) runs that part alone, so that parts can run side by
side. What a part has is kept in _build/train_why_deep_NAME.json, and not run again.
Without a name, all that is missing is run, and three tables are written into
code/ml2020/data/trained. Their loader, ml2020/data/why_deep_runs.py, holds the files'
sha256, which are printed.
"""

import csv
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ml2020.deep_learning import (
    draw_layers,
    draws,
    he_layers,
)
from ml2020.optimization import Adam, AdamW
from ml2020.support.rates import widened
from ml2020.why_deep import (
    Design,
    Examples,
    all_rows,
    awake,
    carpet_examples,
    cell_accuracy,
    centred,
    faces,
    fat_sizes,
    learn_design,
    learned,
    parity_examples,
    shaken,
    share_right,
    some_rows,
    spread,
    spread_awake,
    tent_fit,
    tent_sizes,
    uniform_layers,
    with_biases,
)
from tools.trained import FOLDER, Training

CONTEST, MODULES, TENTS = (
    f"why_deep_{name}.csv" for name in ("contest", "modules", "tents")
)
BUILD = Path("_build")
SEEDS = range(10)  # by which a rate is chosen
FRESH = range(100, 120)  # by which is judged
LATE = range(100, 110)  # of these, who go on for ten times the steps
FEW = range(100, 105)  # of these, who do so at several rates, for they are dear
RATES = [0.001 * 3**k for k in range(5)]
STEPS = 1000
FOLDS = 3  # of the carpet
POINTS = (500, 5000)
CARPET = (2, 24, 24, 24, 1)
CREASED = ((CARPET, (0.003, 0.009, 0.027)), (fat_sizes(CARPET), (0.009, 0.027, 0.081)))
LATE_RATES = ((CARPET, (0.003, 0.009)), (fat_sizes(CARPET), (0.027, 0.009)))
PARITIES = ((8, 6, 6, 6, 1), (8, 20, 20, 1))
DECAYS = (0.03, 0.3, 3.0)
COUNTS = (100, 100, 100, 5)  # of faces
MANY = (100, 100, 100, 100)  # to choose and to judge by
FACE_STEPS = 300
DESIGNS = [Design(outputs, shared) for outputs in (4, 2) for shared in (False, True)]
DESIGNS.append(Design(4, True, softmax=True))
MORE, MORE_LATE = range(400, 460), range(400, 424)  # groups, for the closest pair
CLOSE_RATES = {(4, False): 0.027, (4, True): 0.027, (2, False): 0.009, (2, True): 0.001}
CLOSE = (Design(4, True, softmax=True), Design(2, True))
LINE = 4  # folds of the line, at most
WIDTHS = (2, 8)
LINE_RATES = [*RATES, 0.243]  # up to 0.081 some were still getting better
STARTS = ("centred", "awake", "all awake", "half", "uniform", "biases")
SHAKES = (0.01, 0.03, 0.1, 0.3, 1.0)
Row = list[Any]

kept: dict[str, Any] = {}  # of the part that is run


def place(part: str) -> Path:
    """Return the file in which a part keeps what it has."""
    return BUILD / f"train_why_deep_{part}.json"


def run(part: str, key: list[Any], make: Callable[[], list[list[float]]]) -> list[Row]:
    """Return the rows of one run, as an earlier call has kept them, or new ones."""
    name = json.dumps(key)
    if name not in kept["runs"]:
        before = sum(os.times()[:4])
        columns = [[f"{v:.5g}" for v in column] for column in make()]
        rows = [[*key, *row] for row in zip(*columns, strict=True)]
        kept["runs"][name] = rows
        kept["seconds"] += sum(os.times()[:4]) - before
        BUILD.mkdir(exist_ok=True)
        place(part).write_text(json.dumps(kept), encoding="utf-8")
        print(part, *rows[0], f"{kept['seconds']:.0f} s", flush=True)
    return kept["runs"][name]


def mean(rows: list[Row], column: int) -> float:
    """Return the mean of one column."""
    return sum(float(row[column]) for row in rows) / len(rows)


# ---- fat against tall


def examples(task: str, n: int, seeds: range, shift: int) -> Examples:
    """Return what networks learn from (shift 0), are chosen (1) and judged by (2)."""
    if task == "parity":
        return parity_examples(8, len(seeds))
    drawn = [10_000 * (shift + 1) + seed for seed in seeds]
    return carpet_examples(n if shift == 0 else 2000, FOLDS, drawn)


def contest(
    what: str,
    task: str,
    n: int,
    sizes: tuple[int, ...],
    lr: float,
    decay: float = 0.0,
    steps: int = STEPS,
) -> list[Row]:
    """Return a row for each network of one shape."""
    groups = {"rate": SEEDS, "long": LATE, "late": FEW, "creased": LATE}
    seeds = groups.get(what, FRESH)
    shape = "-".join(map(str, sizes))
    key = [what, task, n, shape, f"{lr:.6g}", decay, steps]

    def make() -> list[list[float]]:
        rule = AdamW(lr, weight_decay=decay) if decay else Adam(lr)
        start = draws(he_layers, sizes, seeds)
        if what == "creased":  # the square is standardised
            start = spread(start, sizes, seeds, -(3**0.5), 3**0.5)
        whole = task == "parity"
        rows = all_rows(n, steps) if whole else some_rows(n, steps, seeds[0])
        theta = learned(rule, start, sizes, examples(task, n, seeds, 0), rows)
        shares = [
            share_right(theta, sizes, examples(task, n, seeds, shift))
            for shift in range(3)
        ]
        return [list(seeds), *(share.tolist() for share in shares)]

    part = what if what in ("late", "creased") else "shapes"
    return run(part, key, make)


def contests() -> list[Row]:
    """Return all rows of fat against tall."""
    table: list[Row] = []
    asked = [("carpet", n, CARPET) for n in POINTS]
    asked += [("parity", 256, tall) for tall in PARITIES]
    late = []
    for task, n, tall in asked:
        for sizes in (tall, fat_sizes(tall)):

            def loss(lr: float, about: Any = (task, n, sizes)) -> float:
                rows = contest("rate", *about, lr)
                table.extend(rows)
                return -mean(rows, 9)

            losses = widened(RATES, loss)
            best = min(losses, key=lambda lr: losses[lr])
            table.extend(contest("fresh", task, n, sizes, best))
            if n == POINTS[0]:
                for decay in DECAYS:
                    table.extend(contest("decay", task, n, sizes, best, decay))
            if n != POINTS[1] and tall != PARITIES[1]:
                late.append((task, n, sizes, best))
    for about in reversed(late):
        table.extend(contest("long", *about, steps=10 * STEPS))
    return table


def late_contests() -> list[Row]:
    """Return the rows of the carpet from many points for ten times the steps."""
    table: list[Row] = []
    for k in range(2):
        for sizes, rates in LATE_RATES:
            about = ("carpet", POINTS[1], sizes, rates[k])
            table.extend(contest("late", *about, steps=10 * STEPS))
    return sorted(table, key=lambda row: (row[3], row[4]))


def creased_contests() -> list[Row]:
    """Return the rows of the carpet with first creases all over the square."""
    about = [(sizes, lr) for sizes, rates in CREASED for lr in rates]
    rows = [contest("creased", "carpet", POINTS[0], *one) for one in about]
    return [row for some in rows for row in some]


# ---- faces


def designs(
    what: str, design: Design, equal: bool, lr: float, steps: int = FACE_STEPS
) -> list[Row]:
    """Return a row for each group of networks."""
    groups = {"rate": SEEDS, "long": LATE, "more": MORE, "more late": MORE_LATE}
    seeds = groups.get(what, FRESH)
    which = [design.outputs, int(design.shared), int(design.softmax), int(equal)]
    key = [what, *which, f"{lr:.6g}", steps]

    def make() -> list[list[float]]:
        known = faces("training", COUNTS, seeds)
        theta = learn_design(Adam(lr), design, known, seeds, steps, equal=equal)
        part = "validation" if what == "rate" else "test"
        new = faces(part, MANY, [1000 + seed for seed in seeds])
        return [list(seeds), *cell_accuracy(theta, design, new).T.tolist()]

    return run("more" if what.startswith("more") else "faces", key, make)


def all_designs() -> list[Row]:
    """Return all rows of the faces."""
    table: list[Row] = []
    for equal in (False, True):
        for design in DESIGNS:

            def loss(lr: float, about: Any = (design, equal)) -> float:
                rows = designs("rate", *about, lr)
                table.extend(rows)
                return -sum(mean(rows, column) for column in (8, 9, 10, 11))

            losses = widened(RATES, loss)
            best = min(losses, key=lambda lr: losses[lr])
            table.extend(designs("fresh", design, equal, best))
            table.extend(designs("long", design, equal, best, 10 * FACE_STEPS))
    return table


def more_designs() -> list[Row]:
    """Return the rows of more groups for softmax and two questions, shared."""
    table: list[Row] = []
    for equal in (False, True):
        for design in CLOSE:
            lr = CLOSE_RATES[design.outputs, equal]
            table.extend(designs("more", design, equal, lr))
            table.extend(designs("more late", design, equal, lr, 10 * FACE_STEPS))
    return table


# ---- folds


def begin(what: str, sizes: tuple[int, ...], seeds: range) -> Tensor:
    """Return where networks begin that shall fold a line."""
    he = draws(he_layers, sizes, seeds)
    found: dict[str, Callable[[], Tensor]] = {
        "drawn": lambda: he,
        "awake": lambda: awake(he, sizes, 1),
        "all awake": lambda: awake(he, sizes, len(sizes) - 2),
        "half": lambda: spread_awake(he, sizes, seeds),
        "spread": lambda: spread(he, sizes, seeds),
        "centred": lambda: centred(he, sizes),
        "uniform": lambda: draws(uniform_layers, sizes, seeds),
        "biases": lambda: with_biases(he, draws(draw_layers, sizes, seeds), sizes),
    }
    return found[what]()


def tents(
    what: str,
    folds: int,
    width: int,
    lr: float,
    noise: float = 0.0,
    steps: int = STEPS,
    starts: int = 100,
) -> list[Row]:
    """Return a row for each network that shall fold a line."""
    seeds = range(50 if what == "shaken" else starts)
    key = [what, folds, width, noise, f"{lr:.6g}", steps]

    def make() -> list[list[float]]:
        sizes = tent_sizes(folds, width)
        shake = what == "shaken"
        theta = shaken(folds, noise, seeds) if shake else begin(what, sizes, seeds)
        return [list(seeds), tent_fit(Adam(lr), theta, sizes, folds, steps)[1].tolist()]

    return run(
        "starts" if what in STARTS or starts < 100 or not steps else "folds", key, make
    )


def all_tents() -> list[Row]:
    """Return all rows of the folds."""
    table: list[Row] = []
    for noise in SHAKES:
        table.extend(tents("shaken", LINE, 2, RATES[0], noise))
    for what in ("drawn", "spread"):
        for width in WIDTHS:
            for folds in range(1, LINE + 1):
                for lr in LINE_RATES:
                    table.extend(tents(what, folds, width, lr))
    table.extend(tents("drawn", LINE, 2, RATES[1], steps=10 * STEPS))
    return table


def more_starts() -> list[Row]:
    """Return the rows of other starts for two folds, and of ten times the steps."""
    table: list[Row] = []
    for what in STARTS:
        for lr in RATES[:3] if what == "biases" else LINE_RATES:
            table.extend(tents(what, 2, 8, lr))
    long = {"steps": 10 * STEPS, "starts": 32}
    table.extend(tents("spread", 4, 8, 0.003, **long))
    table.extend(tents("spread", 3, 8, 0.003, **long))
    for noise in SHAKES:
        table.extend(tents("shaken", LINE, 2, RATES[0], noise, steps=0))
    return table


def write(name: str, head: str, rows: list[Row]) -> None:
    """Write a table into data/trained."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head.split(), *rows])


PARTS = {
    "folds": all_tents,
    "faces": all_designs,
    "shapes": contests,
    "late": late_contests,
    "creased": creased_contests,
    "more": more_designs,
    "starts": more_starts,
}


def part(name: str) -> list[Row]:
    """Return the table of one part, whatever of it was run before."""
    kept.update(seconds=0.0, runs={})
    if place(name).is_file():
        kept.update(json.loads(place(name).read_text(encoding="utf-8")))
    return PARTS[name]()


def main(names: list[str]) -> int:
    """Run parts; or run all, and write the tables, the record, and the hashes."""
    torch.set_num_threads(1)
    if names:
        for name in names:
            part(name)
        return 0
    seeds = {*SEEDS, *range(100), *FRESH, *MORE}  # of lines a hundred
    training = Training(__file__, seeds=sorted(seeds))
    tables, earlier = {}, 0.0
    for name in PARTS:
        tables[name] = part(name)
        earlier += kept["seconds"]
    training.earlier = earlier
    head = "what folds width noise lr steps seed error"
    write(TENTS, head, tables["folds"] + tables["starts"])
    head = "what outputs shared softmax equal lr steps seed gs gl bs bl"
    write(MODULES, head, tables["faces"] + tables["more"])
    head = "what task n shape lr decay steps seed learn choose judge"
    write(CONTEST, head, tables["shapes"] + tables["late"] + tables["creased"])
    training.write([CONTEST, MODULES, TENTS])
    print(json.dumps(training.record["files"], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
