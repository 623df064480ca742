"""Examine the ways to explain on pictures whose cause is known.

python -m tools.train_explainable_exam --for 60   works for a minute of CPU, then stops;
                                                  call it again until it is done

It writes code/ml2020/data/trained/explainable_exam.csv, a row a network and a way, and
its record. The loader, ml2020/data/explainable_exam.py, holds the table's sha256,
printed at the end. What is done is kept in _build/train_explainable_exam.

The networks: the five fair ones of the page; and five for which blank paper is neither
ring nor square, since they also learned from 500 sheets without them, each once as a
ring and once as a square.
"""

import sys
from pathlib import Path

import torch
from torch import nn

from ml2020.cnn import accuracy, drawn, fit, trained
from ml2020.data.explainable_weights import reader_weights
from ml2020.explainable import lead, randomised, shape_net, shapes, swept
from ml2020.explainable.examination import by_cells, by_dots, cells_of, marked
from ml2020.explainable.shapes import GROUND, SIDE
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/train_explainable_exam")
TABLE = "explainable_exam.csv"
SEEDS = range(5)
ASKED = 40  # pictures a network
LEARN, EMPTY, RATE, EPOCHS = 2000, 500, 0.003, 14
FORGOT = ("saliency", "integrated gradients")


def network(kind: str, seed: int) -> nn.Sequential:
    """Return a fair network of the page, or one that is undecided about blank paper."""
    if kind == "fair":
        return trained(shape_net, reader_weights("fair"), seed)
    dice = torch.Generator().manual_seed(seed)
    data = shapes(LEARN, generator=dice)
    empty = swept(data.X[:EMPTY], data.cause[:EMPTY])
    X = torch.cat([data.X, empty, empty])
    y = torch.cat([data.y, torch.zeros(EMPTY), torch.ones(EMPTY)]).long()
    return fit(drawn(shape_net, seed), X, y, RATE, EPOCHS, generator=dice)


def examined(kind: str, seed: int) -> Row:
    """Return for each way its name and numbers, one after the other."""
    model = network(kind, seed)
    dice = torch.Generator().manual_seed(2000 + seed)
    data = shapes(ASKED, generator=dice)
    named = model(data.X).argmax(dim=1)
    blank = torch.full((1, 1, SIDE, SIDE), GROUND)
    start = [
        accuracy(model, data.X, data.y),
        lead(model, torch.tensor([0]))(blank).item(),
    ]
    maps = by_dots(model, data.X, named, generator=dice)
    fool = randomised(model, generator=dice)
    for way, a in by_dots(fool, data.X, named, FORGOT).items():
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
    for kind in ("fair", "undecided"):
        found = [
            runs.of(f"{kind} {seed}", lambda k=kind, s=seed: examined(k, s))
            for seed in SEEDS
        ]
        for of_way in zip(*found, strict=True):
            rows = zip(SEEDS, of_way, strict=True)
            table += [[kind, row[0], seed, *row[1:]] for seed, row in rows]
    return table


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    made = worked(__file__, KEPT / "runs.json", all_of, seeds=list(SEEDS))
    if made is None:
        return 1
    training, rows = made
    measured = "right blank share rings squares share_sum rings_sum squares_sum"
    head = f"kind way seed {measured}".split()
    print(training.write_table(TABLE, head, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
