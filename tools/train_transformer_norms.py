"""Train deep readers with norms before and behind, for the page on the transformer.

python -m tools.train_transformer_norms --for 60   works for a minute of CPU, then
                                                   stops; call it again until it says
                                                   it is done

It writes code/ml2020/data/trained/transformer_norms.csv, a row a reader, and its record
once all is there. The loader, ml2020/data/transformer_model_runs.py, holds the file's
sha256, printed at the end. What was done so far is kept in _build/transformer_norms.

Both orders, with a warm-up over a quarter of the batches and without, at four rates,
for 300 batches and for four times as many.
"""

import sys
from functools import partial
from itertools import product
from pathlib import Path

import torch

from ml2020.transformer.learning import descended, falling
from ml2020.transformer.neighbours import asked, circles, share_right
from ml2020.transformer.reader import drawn_reader
from tools.trained_runs import Row, Runs, worked

NAME = "transformer_norms"
KEPT = Path(f"_build/{NAME}/runs.json")
SEEDS = range(3)
SYMBOLS, D = 10, 32
LAYERS, UPDATES, LONG = 6, 300, 1200
RATES = [0.0012 * 3**k for k in range(4)]


def stack(pre: bool, warm: int, lr: float, seed: int, updates: int) -> Row:
    """Return the share that a deep reader says rightly, as on the first page."""
    model = drawn_reader(seed, SYMBOLS, D, 2, LAYERS, pre=pre)
    dice = torch.Generator().manual_seed(3000 + seed)
    learned = descended(
        model,
        asked(32, 8, SYMBOLS, generator=dice),
        lambda t: falling(t, lr, updates, warm),
        updates,
    )
    judged = circles(500, 8, SYMBOLS, generator=torch.Generator().manual_seed(4000))
    return [share_right(learned, judged)]


def table(runs: Runs) -> list[Row]:
    """Return the rows."""
    found = []
    for where, updates in product(("before", "behind"), (UPDATES, LONG)):
        for warm, lr, seed in product((0, updates // 4), RATES, SEEDS):
            key = f"stack {LAYERS} {where} {warm} {lr:.6g} {seed} {updates}"
            run = partial(stack, where == "before", warm, lr, seed, updates)
            (share,) = runs.of(key, run)
            found.append([where, updates, warm, f"{lr:.6g}", seed, f"{share:.5f}"])
    return found


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    made = worked(__file__, KEPT, table, seeds=SEEDS)
    if made is None:
        return 1
    training, rows = made
    head = "norms updates warm lr seed share".split()
    print(training.write_table(f"{NAME}.csv", head, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
