"""Train the BERT that reads glosses without labels.

python -m tools.train_pretraining_bert --for 60   works for a minute of CPU, then stops;
                                                  call it again until it says it is done

It writes code/ml2020/data/trained/pretraining_bert.csv, what was lost on sentences put
aside, and .npz, the weights. The loader, ml2020/data/pretraining_bert_runs.py, holds
their sha256, printed at the end. What was done so far is kept in
_build/pretraining_bert. The highest rate is the best of short runs.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ml2020.pretraining.bert import Bert, drawn_bert
from ml2020.pretraining.bert_learning import both_losses
from ml2020.pretraining.held_out import bert_lost, reading
from ml2020.pretraining.shelf import aside, shelf
from ml2020.support.rates import widened
from ml2020.transformer.learning import descended, falling
from tools.trained_runs import Row, Runs, worked

NAME = "pretraining_bert"
KEPT = Path(f"_build/{NAME}")
D, HEADS, LAYERS, SEED = 96, 4, 3, 0
SHORT, LONG, WARM, EACH = 500, 12_000, 0.05, 1000
RATES = [0.0009, 0.0027, 0.0081]


def trained(lr: float, updates: int) -> list[Row]:
    """Return what was lost on sentences put aside, along the way; keep the weights."""
    found = shelf()
    asked = reading(found, ~aside(found), SEED)
    met: list[Row] = []

    def cost(model: Bert) -> Tensor:
        if len(met) * EACH <= cost.calls:  # type: ignore[attr-defined]
            met.append([len(met) * EACH, *bert_lost(model, found)])
            print(met[-1], flush=True)
        cost.calls += 1  # type: ignore[attr-defined]
        return sum(both_losses(model, next(asked)), torch.zeros(()))

    cost.calls = 0  # type: ignore[attr-defined]
    model = drawn_bert(SEED, len(found.words), D, HEADS, LAYERS)
    warm = round(WARM * updates)
    model = descended(model, cost, lambda t: falling(t, lr, updates, warm), updates)
    KEPT.mkdir(parents=True, exist_ok=True)
    weights = {name: w.half().numpy() for name, w in model.state_dict().items()}
    np.savez_compressed(KEPT / f"{updates}.npz", **weights)
    return [*met, [updates, *bert_lost(model, found)]]


def table(runs: Runs) -> list[Row]:
    """Return a row a measurement: of the short runs their ends, of the long one all."""
    ends: dict[float, Row] = {}

    def lost(lr: float) -> float:
        ends[lr] = runs.of(f"short {lr:.6g}", lambda: trained(lr, SHORT))[-1]
        return float(ends[lr][1])

    met = widened(RATES, lost)
    best = min(met, key=lambda lr: met[lr])
    long = runs.of(f"long {best:.6g}", lambda: trained(best, LONG))
    rows = [[SHORT, f"{lr:.6g}", *ends[lr]] for lr in sorted(ends)]
    rows += [[LONG, f"{best:.6g}", *row] for row in long]
    return [[*row[:3], SEED, *(f"{x:.5f}" for x in row[3:])] for row in rows]


def main() -> int:
    """Work for a while; write the table and the weights when all is done."""
    made = worked(__file__, KEPT / "runs.json", table, seeds=[SEED])
    if made is None:
        return 1
    training, rows = made
    training.record["language_model"] = True
    training.write_table(
        f"{NAME}.csv", "updates lr step seed words pairs right".split(), rows
    )
    kept = (KEPT / f"{LONG}.npz").read_bytes()
    (training.folder / f"{NAME}.npz").write_bytes(kept)
    training.write([f"{NAME}.csv", f"{NAME}.npz"])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
