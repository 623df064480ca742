"""Train the reader that writes quatrains.

python -m tools.train_transformer_poems --for 60   works for a minute of CPU, then
                                                   stops; call it again until it says
                                                   it is done

It writes code/ml2020/data/trained/transformer_poems.csv, a row a rate, and .npz, the
weights of the reader that was best on the poems to choose by, and their record. The
loader, ml2020/data/transformer_poems.py, holds the files' sha256, printed at the end.
What was done so far is kept in _build/transformer_poems.
"""

import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ml2020.support.rates import widened
from ml2020.transformer.learning import descended, falling
from ml2020.transformer.poems import alphabet, foretold, nats, poems
from ml2020.transformer.reader import drawn_reader
from tools.trained import FOLDER
from tools.trained_runs import Row, Runs, worked

NAME = "transformer_poems"
KEPT = Path(f"_build/{NAME}")
D, HEADS, LAYERS, BATCH = 64, 4, 2, 32
UPDATES, WARM, SEED = 2400, 120, 0
RATES = [0.0012 * 3**k for k in range(3)]


def reader(lr: float) -> Row:
    """Return what a reader loses on poems to learn, choose and judge by."""
    settings: Any = {"masked": True}
    model = drawn_reader(SEED, len(alphabet()), D, HEADS, LAYERS, **settings)
    learn = poems("learn")
    learned = descended(
        model,
        foretold(learn, BATCH, generator=torch.Generator().manual_seed(SEED)),
        lambda t: falling(t, lr, UPDATES, WARM),
        UPDATES,
    )
    KEPT.mkdir(parents=True, exist_ok=True)
    weights = {name: w.half().numpy() for name, w in learned.state_dict().items()}
    np.savez_compressed(KEPT / f"{lr:.6g}.npz", **weights)
    with torch.no_grad():
        parts = (learn[:250], poems("choose"), poems("judge"))
        return [nats(learned, part).item() for part in parts]


def table(runs: Runs) -> tuple[list[Row], float]:
    """Return a row a rate, and the best rate."""
    made: dict[float, Row] = {}

    def cost(lr: float) -> float:
        made[lr] = runs.of(f"{lr:.6g}", lambda: reader(lr))
        chosen: float = made[lr][1]
        return chosen

    costs = widened(RATES, cost)
    best = min(costs, key=lambda lr: costs[lr])
    rows = [[f"{lr:.6g}", *(f"{x:.5f}" for x in made[lr])] for lr in sorted(made)]
    return rows, best


def main() -> int:
    """Work for a while; write the table and the weights when all is done."""
    made = worked(__file__, KEPT / "runs.json", table, seeds=[SEED])
    if made is None:
        return 1
    training, (rows, best) = made
    with (FOLDER / f"{NAME}.csv").open("w", encoding="utf-8", newline="") as file:
        head = ["lr", "learn", "choose", "judge"]
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
    kept = KEPT / f"{best:.6g}.npz"
    (FOLDER / f"{NAME}.npz").write_bytes(kept.read_bytes())
    training.record["language_model"] = True
    training.write([f"{NAME}.csv", f"{NAME}.npz"])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
