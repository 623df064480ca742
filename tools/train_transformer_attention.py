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
ways; other readers foresee walks, with the mask, without it, and without it if the last
place, the only one that has no answer beside it, is left out of the loss. Layers of
self-attention, an Elman layer and a convolution are timed, with all slopes, ours and
torch's, on one sequence and on many; ours once more while the allocator gives no memory
back, in a process of its own.
"""

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from ml2020.transformer.heads import MultiHead
from ml2020.transformer.learning import descended, falling
from ml2020.transformer.neighbours import asked, best_guess, circles, share_right
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
MANY, SHORT = 64, 64  # sequences of a batch, and their places
KEEPS = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**40)}  # of glibc


def dice(seed: int) -> torch.Generator:
    """Return a generator of that seed."""
    return torch.Generator().manual_seed(seed)


def neighbours(places: str, updates: int, seed: int) -> Row:
    """Return a reader's last loss, its share of right answers, and the ceiling."""
    losses: list[float] = []
    reader = descended(
        drawn_reader(seed, SYMBOLS, WIDTH, HEADS, 1, places),
        asked(BATCH, T, SYMBOLS, generator=dice(1000 + seed)),
        lambda t: falling(t, RATE, updates, WARM),
        updates,
        losses,
    )
    judged = circles(2000, T, SYMBOLS, generator=dice(2000 + seed))
    last = sum(losses[-20:]) / 20
    return [last, share_right(reader, judged), best_guess(judged)]


def walks(mask: str, updates: int, seed: int) -> Row:
    """Return a reader's last loss, the share of steps it may take, alone, and NaN."""
    losses: list[float] = []
    reader = descended(
        drawn_reader(seed, RING, WIDTH, HEADS, 1, masked=mask == "masked"),
        foreseen(BATCH, T + 1, mask == "spared", generator=dice(3000 + seed)),
        lambda t: falling(t, RATE, updates, WARM),
        updates,
        losses,
    )
    alone = walked(reader, 1000, T + 1, generator=dice(4000 + seed))
    return [sum(losses[-20:]) / 20, share_of_steps(alone), float("nan")]


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
    """Return a layer, and what it makes of sequences (k, n, D)."""
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


def seconds(name: str, n: int, many: int) -> Row:
    """Return the least CPU seconds of a layer with all slopes, of many turns."""
    torch.manual_seed(0)
    module, call = layer(name)
    X, found = torch.randn(many, n, D, requires_grad=True), []
    while len(found) <= TURNS or sum(found) < 0.5:
        start = time.process_time()
        torch.autograd.grad(call(X).sum(), [X, *module.parameters()])
        found.append(time.process_time() - start)
    return [min(found[1:])]  # the first call is slow


def kept_seconds(n: int) -> Row:
    """Return those of our attention in a process that gives no memory back."""
    call = "import tools.train_transformer_attention as t; import torch"
    call += f"; torch.set_num_threads(1); print(*t.seconds('attention', {n}, 1))"
    done = subprocess.run(
        [sys.executable, "-c", call],
        env=os.environ | KEEPS,
        capture_output=True,
        check=True,
        text=True,
    )
    return [float(done.stdout)]


def costs(runs: Runs) -> list[Row]:
    """Return the rows of what layers cost."""
    found: list[Row] = []
    for name in LAYERS:
        for n, many in [*((n, 1) for n in LENGTHS), (SHORT, MANY)]:
            key = f"{name} {n} {many}"
            (took,) = runs.of(key, lambda a=(name, n, many): seconds(*a))
            found.append([name, n, many, 0, f"{took:.6f}"])
    for n in LENGTHS:
        (took,) = runs.of(f"kept {n}", lambda n=n: kept_seconds(n))
        found.append(["attention, memory kept", n, 1, 0, f"{took:.6f}"])
    return found


def table(runs: Runs) -> tuple[list[Row], list[Row]]:
    """Return the rows of both tables."""
    found: list[Row] = []
    wanted = [("neighbours", kind, UPDATES, SEEDS) for kind in KINDS]
    wanted += [("neighbours", "none", LONG, range(1))]
    for mask in ("masked", "open", "spared"):
        wanted += [("walks", mask, UPDATES, SEEDS), ("walks", mask, LONG, range(1))]
    work = {"neighbours": neighbours, "walks": walks}
    for task, kind, updates, seeds in wanted:
        for seed in seeds:
            key = f"{task} {kind} {updates} {seed}"
            got = runs.of(
                key, lambda args=(kind, updates, seed), do=work[task]: do(*args)
            )
            found.append([task, kind, updates, seed, *(f"{x:.5f}" for x in got)])
    return found, costs(runs)


def main() -> int:
    """Work for a while; write the tables and their record when all is done."""
    made = worked(__file__, KEPT, table, seeds=SEEDS)
    if made is None:
        return 1
    training, tables = made
    heads = {
        "transformer_attention_runs.csv": "task kind updates seed loss share ceiling",
        "transformer_attention_costs.csv": "layer T many seed seconds",
    }
    for (name, head), rows in zip(heads.items(), tables, strict=True):
        with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head.split(), *rows])
    training.write([*heads])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
