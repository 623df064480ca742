"""Examine the ways to explain on pictures whose cause is known.

python -m tools.train_explainable_exam --for 60   works for a minute of CPU, then stops;
                                                  call it again until it is done

It writes code/ml2020/data/trained/explainable_exam.csv, a row a network and a way, and
its record. The loader, ml2020/data/explainable_exam.py, holds the table's sha256,
printed at the end. What is done is kept in _build/train_explainable_exam. The networks
are the five fair ones of the page.
"""

import sys
from pathlib import Path

import torch

from ml2020.cnn import accuracy, trained
from ml2020.data.explainable_weights import reader_weights
from ml2020.explainable import lead, randomised, shape_net, shapes
from ml2020.explainable.examination import by_cells, by_dots, cells_of, marked
from ml2020.explainable.shapes import GROUND, SIDE
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/train_explainable_exam")
TABLE = "explainable_exam.csv"
SEEDS = range(5)
ASKED = 40  # pictures a network
FORGOT = ("saliency", "integrated gradients")


def examined(seed: int) -> Row:
    """Return for each way its name and numbers, one after the other."""
    model = trained(shape_net, reader_weights("fair"), seed)
    dice = torch.Generator().manual_seed(2000 + seed)
    data = shapes(ASKED, generator=dice)
    named = model(data.X).argmax(dim=1)
    blank = torch.full((1, 1, SIDE, SIDE), GROUND)
    start = [
        accuracy(model, data.X, data.y),
        lead(model, torch.tensor([0]))(blank).item(),
    ]
    maps = by_dots(model, data.X, named, generator=dice)
    forgetful = randomised(model, generator=dice)
    for way, a in by_dots(forgetful, data.X, named, FORGOT).items():
        maps[f"{way}, forgot"] = a
    both = {way: cells_of(a) for way, a in maps.items()}
    both |= {
        way: (cells, cells)
        for way, cells in by_cells(model, data.X, named, generator=dice).items()
    }
    rows = []
    for way, (sizes, sums) in both.items():
        numbers = (*start, *marked(sizes, data), *marked(sums, data))
        rows.append([way, *(f"{v:.5g}" for v in numbers)])
    return rows


def all_of(runs: Runs) -> list[Row]:
    """Return a row for each way and network, those of a way one after the other."""
    table = []
    found = [runs.of(f"{seed}", lambda s=seed: examined(s)) for seed in SEEDS]
    for of_way in zip(*found, strict=True):
        rows = zip(SEEDS, of_way, strict=True)
        table += [[row[0], seed, *row[1:]] for seed, row in rows]
    return table


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    made = worked(__file__, KEPT / "runs.json", all_of, seeds=list(SEEDS))
    if made is None:
        return 1
    training, rows = made
    measured = "right blank share rings squares share_sum rings_sum squares_sum"
    head = f"way seed {measured}".split()
    print(training.write_table(TABLE, head, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
