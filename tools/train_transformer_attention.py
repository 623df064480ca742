"""Train and time what the page on self-attention shows.

python -m tools.train_transformer_attention --for 60   works for a minute of CPU, then
                                                       stops; call it again until it
                                                       says it is done

It writes code/ml2020/data/trained/transformer_attention_runs.csv, a row a reader, and
transformer_attention_costs.csv, a row a layer and a length, and their record. The
loader, ml2020/data/transformer_attention_runs.py, holds the files' sha256, printed at
the end. What was done so far is kept in _build/transformer_attention.

With ML2020_TYPECHECK=0 nothing but the layers is timed.

Readers of one layer say what stands before each place, and are told places in four
ways; other readers foresee walks, with the mask and without. Layers of self-attention,
an Elman layer and a convolution are timed, with all slopes, ours and torch's.
"""

import csv
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from ml2020.transformer.heads import MultiHead
from ml2020.transformer.learning import descended, falling
from ml2020.transformer.neighbours import asked, circles, share_right
from ml2020.transformer.reader import KINDS, drawn_reader
from ml2020.transformer.walks import RING, foreseen, share_of_steps, walked
from tools.trained import FOLDER
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/transformer_attention/runs.json")
SEEDS = range(5)
SYMBOLS, T, BATCH, WIDTH, HEADS, RATE = 10, 8, 64, 32, 2, 0.01
UPDATES, WARM, LONG = 150, 15, 1500
D, LENGTHS, TURNS = 64, (32, 64, 128, 256, 512, 1024, 2048), 3
LAYERS = ("attention", "fused attention", "recurrent", "convolution")


def dice(seed: int) -> torch.Generator:
    """Return a generator of that seed."""
    return torch.Generator().manual_seed(seed)


def neighbours(places: str, updates: int, seed: int) -> Row:
    """Return the last loss of a reader, and the share that it says rightly."""
    losses: list[float] = []
    reader = descended(
        drawn_reader(seed, SYMBOLS, WIDTH, HEADS, 1, places),
        asked(BATCH, T, SYMBOLS, generator=dice(1000 + seed)),
        lambda t: falling(t, RATE, updates, WARM),
        updates,
        losses,
    )
    judged = circles(2000, T, SYMBOLS, generator=dice(2000 + seed))
    return [sum(losses[-20:]) / 20, share_right(reader, judged)]


def walks(mask: str, updates: int, seed: int) -> Row:
    """Return the last loss of a reader, and the share of steps it may take, alone."""
    losses: list[float] = []
    reader = descended(
        drawn_reader(seed, RING, WIDTH, HEADS, 1, masked=mask == "masked"),
        foreseen(BATCH, T + 1, generator=dice(3000 + seed)),
        lambda t: falling(t, RATE, updates, WARM),
        updates,
        losses,
    )
    alone = walked(reader, 1000, T + 1, generator=dice(4000 + seed))
    return [sum(losses[-20:]) / 20, share_of_steps(alone)]


class Fused(MultiHead):
    """The same layer with torch's fused attention, which keeps no weights."""

    def forward(self, X: Tensor, Z: Tensor) -> Tensor:  # type: ignore[override]
        """Return what each place of X reads of Z."""
        Q, K, V = (
            W(part).unflatten(-1, (self.h, -1)).transpose(-2, -3)
            for W, part in ((self.W_q, X), (self.W_k, Z), (self.W_v, Z))
        )
        b = nn.functional.scaled_dot_product_attention(Q, K, V)
        joined: Tensor = self.W_o(b.transpose(-2, -3).flatten(-2))
        return joined


def layer(name: str) -> tuple[nn.Module, Callable[[Tensor], Tensor]]:
    """Return a layer, and what it makes of one sequence (1, n, D)."""
    if name == "attention":
        ours = MultiHead(D, HEADS)
        return ours, lambda X: ours(X, X).b
    if name == "fused attention":
        fused = Fused(D, HEADS)
        return fused, lambda X: fused(X, X)
    if name == "recurrent":
        rnn = nn.RNN(D, D, batch_first=True)
        return rnn, lambda X: rnn(X)[0]
    conv = nn.Conv1d(D, D, 3, padding=1)
    return conv, lambda X: conv(X.mT)


def seconds(name: str, n: int) -> Row:
    """Return the least CPU seconds of a layer with all slopes, of many turns."""
    torch.manual_seed(0)
    module, call = layer(name)
    X, found = torch.randn(1, n, D), []
    while len(found) <= TURNS or sum(found) < 0.5:
        start = time.process_time()
        torch.autograd.grad(call(X).sum(), [*module.parameters()])
        found.append(time.process_time() - start)
    return [min(found[1:])]  # the first call is slow


def table(runs: Runs) -> tuple[list[Row], list[Row]]:
    """Return the rows of both tables."""
    found: list[Row] = []
    wanted = [("neighbours", kind, UPDATES, SEEDS) for kind in KINDS]
    wanted += [("neighbours", "none", LONG, range(1))]
    wanted += [("walks", mask, UPDATES, SEEDS) for mask in ("masked", "open")]
    wanted += [("walks", "open", LONG, range(1))]
    work = {"neighbours": neighbours, "walks": walks}
    for task, kind, updates, seeds in wanted:
        for seed in seeds:
            key = f"{task} {kind} {updates} {seed}"
            loss, share = runs.of(
                key, lambda args=(kind, updates, seed), do=work[task]: do(*args)
            )
            found.append([task, kind, updates, seed, f"{loss:.5f}", f"{share:.5f}"])
    costs = []
    for name in LAYERS:
        for n in LENGTHS:
            (took,) = runs.of(f"{name} {n}", lambda a=(name, n): seconds(*a))
            costs.append([name, n, 0, f"{took:.6f}"])
    return found, costs


def main() -> int:
    """Work for a while; write the tables and their record when all is done."""
    made = worked(__file__, KEPT, table, seeds=SEEDS)
    if made is None:
        return 1
    training, (found, costs) = made
    heads = {
        "transformer_attention_runs.csv": "task kind updates seed loss share",
        "transformer_attention_costs.csv": "layer T seed seconds",
    }
    for (name, head), rows in zip(heads.items(), (found, costs), strict=True):
        with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head.split(), *rows])
    training.write([*heads])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
