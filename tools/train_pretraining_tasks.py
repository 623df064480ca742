"""Learn a task from few labels: after reading, without, and by rivals.

python -m tools.train_pretraining_tasks --for 60   works for a minute of CPU, then
                                                   stops; call it again until it says
                                                   it is done

It writes code/ml2020/data/trained/pretraining_tasks.csv. The loader,
ml2020/data/pretraining_tasks.py, holds its sha256, printed at the end. What was done so
far is kept in _build/pretraining_tasks. Rates, and the pull of the probes to 0, are the
best on definitions to choose by, on labels drawn by a seed of their own.
"""

import sys
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from ml2020.pretraining.bert import Bert, drawn_bert
from ml2020.pretraining.bert_reader import BERT_SIZES, trained_bert
from ml2020.pretraining.contest import fine_tuned, probed, share_right
from ml2020.pretraining.frozen import bert_means, counted
from ml2020.pretraining.kinds import KINDS, Definitions, definitions, few
from ml2020.pretraining.shelf import shelf
from ml2020.support.rates import widened
from tools.trained_runs import Row, Runs, worked

NAME = "pretraining_tasks"
KEPT = Path(f"_build/{NAME}/runs.json")
LABELS, SEEDS, CHOOSES = (50, 200, 1000), range(5), 100
UPDATES, LONG = 300, 3000
RATES, PULLS = [0.0003, 0.0009, 0.0027], [0.0003, 0.001, 0.003]
TUNED = ("BERT, all learns", "its words, all learns", "from scratch")
LONGER = {"from scratch, longer": "from scratch"}


def begins(name: str, seed: int) -> Bert:
    """Return where a contestant begins."""
    if name.startswith("BERT"):
        return trained_bert()
    model = drawn_bert(1000 + seed, *BERT_SIZES)
    if name.startswith("its words"):  # the table that has read, and no layer
        model.tokens.load_state_dict(trained_bert().tokens.state_dict())
    return model


def tuned(name: str, n: int, lr: float, seed: int, updates: int) -> Row:
    """Return the shares right of what chooses and of what judges."""
    dice = torch.Generator().manual_seed(seed)
    told, found = few(n, seed), shelf()
    model = fine_tuned(
        begins(name, seed), found, told, len(KINDS), lr, updates, generator=dice
    )
    asked = [definitions("choose")]
    if seed != CHOOSES:
        asked.append(definitions("judge"))
    return [round(share_right(model, found, part), 4) for part in asked]


@cache
def vectors(name: str, part: str) -> Tensor:
    """Return the frozen vectors of a part of the definitions."""
    found, asked = shelf(), definitions(part).sentences
    if name == "words counted":
        return counted(found, asked)
    model = drawn_bert(1000, *BERT_SIZES) if "unread" in name else trained_bert()
    return bert_means(model, found, asked)[0 if "static" in name else -1]


FROZEN = (
    "BERT, frozen",
    "static vectors",
    "unread BERT, frozen",
    "words counted",
)


def frozen(name: str, n: int, pull: float, seed: int) -> Row:
    """Return the shares right of a linear classifier on frozen vectors."""
    told: Definitions = few(n, seed)
    place = {k: row for row, k in enumerate(definitions("learn").sentences.tolist())}
    rows = [place[k] for k in told.sentences.tolist()]
    asked = [
        (vectors(name, part), definitions(part).kinds) for part in ("choose", "judge")
    ]
    h = vectors(name, "learn")[rows]
    shares = probed(h, told.kinds, asked, len(KINDS), pull)
    return [round(share, 4) for share in shares]


def best(runs: Runs, name: str, n: int) -> tuple[float, list[Row]]:
    """Return the best setting of a contestant, and the rows of the search."""
    tried: dict[float, Row] = {}

    def loss(value: float) -> float:
        key = f"{name} {n} {value:.6g} {CHOOSES}"
        if name in TUNED:
            made = runs.of(key, lambda: tuned(name, n, value, CHOOSES, UPDATES))
        else:
            made = runs.of(key, lambda: frozen(name, n, value, CHOOSES)[:1])
        tried[value] = made
        return -float(made[0])

    met = widened(RATES if name in TUNED else PULLS, loss)
    rows = [
        [f"{name}, tried", n, f"{v:.6g}", CHOOSES, tried[v][0], "nan"]
        for v in sorted(tried)
    ]
    return min(met, key=lambda value: met[value]), rows


def longer(runs: Runs, n: int, values: dict[str, float]) -> list[Row]:
    """Return the rows of networks that learn ten times as long: do they catch up?"""
    rows: list[Row] = []
    for name, short in LONGER.items():
        for seed in SEEDS[:3]:
            lr = values[short]
            shares = runs.of(
                f"{name} {n} {lr:.6g} {seed}",
                lambda a=(short, n, lr, seed, LONG): tuned(*a),
            )
            rows.append([name, n, f"{lr:.6g}", seed, *shares])
    return rows


def table(runs: Runs) -> list[Row]:
    """Return a row a network."""
    rows: list[Row] = []
    chosen: dict[int, dict[str, float]] = {}
    for n in LABELS:
        values: dict[str, float] = {}
        for name in (*TUNED, *FROZEN):
            values[name], searched = best(runs, name, n)
            rows += searched
        for seed in SEEDS:
            for name, value in values.items():
                key = f"{name} {n} {value:.6g} {seed}"
                if name in TUNED:
                    shares = runs.of(
                        key, lambda a=(name, n, value, seed, UPDATES): tuned(*a)
                    )
                else:
                    shares = runs.of(key, lambda a=(name, n, value, seed): frozen(*a))
                rows.append([name, n, f"{value:.6g}", seed, *shares])
        chosen[n] = values
    rows += longer(runs, LABELS[1], chosen[LABELS[1]])
    return sorted(rows, key=lambda row: (row[0], row[1], float(row[2]), row[3]))


def main() -> int:
    """Work for a while; write the table when all is done."""
    made = worked(__file__, KEPT, table, seeds=[*SEEDS, CHOOSES])
    if made is None:
        return 1
    training, rows = made
    head = "name labels setting seed choose judge".split()
    print(training.write_table(f"{NAME}.csv", head, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
