"""Train the reader that writes quatrains.

python -m tools.train_transformer_poems --for 60   works for a minute of CPU, then
                                                   stops; call it again until it says
                                                   it is done

It writes code/ml2020/data/trained/transformer_poems.csv, a row a reader, and .npz, the
weights of the one that was best on the poems to choose by, and their record. The
loader, ml2020/data/transformer_poems.py, holds the files' sha256, printed at the end.
What was done so far is kept in _build/transformer_poems.

The vectors of the symbols are as long at first as torch draws them, or a tenth of it:
then the waves that tell the places are longer than they are.
"""

import csv
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ml2020.support.rates import widened
from ml2020.transformer.learning import descended, falling
from ml2020.transformer.poems import alphabet, foretold, nats, poems, written
from ml2020.transformer.poems_form import form
from ml2020.transformer.reader import drawn_reader
from tools.trained import FOLDER
from tools.trained_runs import Row, Runs, worked

NAME = "transformer_poems"
KEPT = Path(f"_build/{NAME}")
D, HEADS, LAYERS, BATCH = 64, 4, 2, 32
UPDATES, WARM, SEED = 600, 30, 0
SCALES, WRITTEN, NUCLEUS = (0.1, 1.0), 100, 0.9
RATES = [0.0012 * 3**k for k in range(3)]


def reader(scale: float, lr: float) -> Row:
    """Return what a reader loses on poems of three parts, and its share of form."""
    settings: Any = {"masked": True}
    model = drawn_reader(SEED, len(alphabet()), D, HEADS, LAYERS, **settings)
    with torch.no_grad():
        model.begins.symbols.weight.mul_(scale)
    learn = poems("learn")
    learned = descended(
        model,
        foretold(learn, BATCH, generator=torch.Generator().manual_seed(SEED)),
        lambda t: falling(t, lr, UPDATES, WARM),
        UPDATES,
    )
    KEPT.mkdir(parents=True, exist_ok=True)
    weights = {name: w.half().numpy() for name, w in learned.state_dict().items()}
    np.savez_compressed(KEPT / f"{scale} {lr:.6g}.npz", **weights)
    dice = torch.Generator().manual_seed(SEED)
    texts = written(learned, WRITTEN, nucleus=NUCLEUS, generator=dice)
    kept = sum(form(text).lines for text in texts) / WRITTEN
    with torch.no_grad():
        parts = (learn[:250], poems("choose"), poems("judge"))
        return [*(nats(learned, part).item() for part in parts), kept]


def table(runs: Runs) -> tuple[list[Row], str]:
    """Return a row a reader, and the name of the best one."""
    made: dict[tuple[float, float], Row] = {}

    def cost(scale: float, lr: float) -> float:
        measured = runs.of(f"{scale} {lr:.6g}", lambda: reader(scale, lr))
        made[scale, lr] = measured
        chosen: float = measured[1]
        return chosen

    for scale in SCALES:
        widened(RATES, partial(cost, scale))
    rows = [
        [scale, f"{lr:.6g}", SEED, *(f"{x:.5f}" for x in made[scale, lr])]
        for scale, lr in sorted(made)
    ]
    scale, lr = min(made, key=lambda key: made[key][1])
    return rows, f"{scale} {lr:.6g}"


def main() -> int:
    """Work for a while; write the table and the weights when all is done."""
    made = worked(__file__, KEPT / "runs.json", table, seeds=[SEED])
    if made is None:
        return 1
    training, (rows, best) = made
    with (FOLDER / f"{NAME}.csv").open("w", encoding="utf-8", newline="") as file:
        head = ["scale", "lr", "seed", "learn", "choose", "judge", "form"]
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
    kept = KEPT / f"{best}.npz"
    (FOLDER / f"{NAME}.npz").write_bytes(kept.read_bytes())
    training.record["language_model"] = True
    training.write([f"{NAME}.csv", f"{NAME}.npz"])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
