"""Train the ELMo that reads glosses without labels.

python -m tools.train_pretraining_elmo --for 60   works for a minute of CPU, then stops;
                                                  call it again until it says it is done

It writes code/ml2020/data/trained/pretraining_elmo.csv, what was lost on sentences put
aside, and .npz, the weights. The loader, ml2020/data/pretraining_elmo_runs.py, holds
their sha256, printed at the end. What was done so far is kept in
_build/pretraining_elmo. The highest rate is the best of short runs.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ml2020.pretraining.elmo import Elmo, both_ways_loss, drawn_elmo
from ml2020.pretraining.held_out import elmo_lost, lines
from ml2020.pretraining.shelf import aside, shelf
from ml2020.support.rates import widened
from ml2020.transformer.learning import descended, falling
from tools.trained_runs import Row, Runs, worked

NAME = "pretraining_elmo"
KEPT = Path(f"_build/{NAME}")
D, LAYERS, SEED = 64, 2, 0
SHORT, LONG, WARM, EACH = 1000, 6000, 0.05, 1000
RATES = [0.0027, 0.0081, 0.0243]


def trained(lr: float, updates: int) -> list[Row]:
    """Return what was lost on sentences put aside, along the way; keep the weights."""
    found = shelf()
    read = lines(found, ~aside(found), SEED)
    met: list[Row] = []

    def cost(model: Elmo) -> Tensor:
        if len(met) * EACH <= cost.calls:  # type: ignore[attr-defined]
            met.append([len(met) * EACH, *elmo_lost(model, found)])
            print(met[-1], flush=True)
        cost.calls += 1  # type: ignore[attr-defined]
        return sum(both_ways_loss(model, *next(read)), torch.zeros(()))

    cost.calls = 0  # type: ignore[attr-defined]
    model = drawn_elmo(SEED, len(found.words), D, LAYERS)
    warm = round(WARM * updates)
    model = descended(model, cost, lambda t: falling(t, lr, updates, warm), updates)
    KEPT.mkdir(parents=True, exist_ok=True)
    weights = {name: w.half().numpy() for name, w in model.state_dict().items()}
    np.savez_compressed(KEPT / f"{updates}.npz", **weights)
    return [*met, [updates, *elmo_lost(model, found)]]


def table(runs: Runs) -> list[Row]:
    """Return a row a measurement: of the short runs their ends, of the long one all."""
    ends: dict[float, Row] = {}

    def lost(lr: float) -> float:
        ends[lr] = runs.of(f"short {lr:.6g}", lambda: trained(lr, SHORT))[-1]
        return float(ends[lr][1] + ends[lr][2])

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
    training.write_table(f"{NAME}.csv", "updates lr step seed on back".split(), rows)
    kept = (KEPT / f"{LONG}.npz").read_bytes()
    (training.folder / f"{NAME}.npz").write_bytes(kept)
    training.write([f"{NAME}.csv", f"{NAME}.npz"])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
