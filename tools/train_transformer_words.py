"""Train networks that say how words sound, for the page on the whole transformer.

python -m tools.train_transformer_words --for 60   works for a minute of CPU, then
                                                   stops; call it again until it says
                                                   it is done

It writes code/ml2020/data/trained/transformer_words_runs.csv and _words.npz, weights of
one network and edits of all, and their record once all is there. The loader,
ml2020/data/transformer_model_runs.py, holds the files' sha256, printed at the end. What
was done so far is kept in _build/transformer_words.

Spelling to sound, by a transformer about as large as the network with attention of
tools/train_rnn_attention.py, on the same words, in as many batches, its rate chosen in
the same way; the same with a warm-up over a tenth of the batches; that network again,
on the same batches; and both once in ten times as many. Of that network with a warm-up
there is no more than the choice of a rate.
"""

import csv
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ml2020.data.cmudict import PHONES
from ml2020.rnn.edit_distance import edit_distance
from ml2020.rnn.seq2seq import Seq2Seq
from ml2020.rnn.seq2seq_learning import (
    drawn_seq2seq,
    in_batches,
    taught,
    translated,
)
from ml2020.rnn.seq2seq_pairs import Pairs
from ml2020.rnn.sounds import LETTERS, STOP, entries, sound_pairs
from ml2020.rnn.sounds_errors import error_rates
from ml2020.support.rates import widened
from ml2020.transformer.learning import descended, falling
from ml2020.transformer.model import Transformer, drawn_transformer
from ml2020.transformer.speaking import spoken
from tools.trained import FOLDER
from tools.trained_runs import Row, Runs, worked

NAME = "transformer_words"
KEPT = Path(f"_build/{NAME}")
D, HEADS, LAYERS = 32, 4, 2  # norms before, as is the default
UPDATES, LONG, LONGER, WARM, MOST = 400, 1200, 4000, 40, 16
RATES = [0.0004 * 3**k for k in range(5)]
SEEDS, CHOOSER = range(5), 100  # that are judged, and that chooses a rate
UNITS, RIVAL_RATE = 32, 0.0243  # of the recurrent network, as they were chosen there
RIVAL_RATES = [0.0009 * 3**k for k in range(5)]  # with a warm-up
KINDS = {
    "sounds": "pre",
    "sounds warm": "warm",
    "rival": "dot",
    "rival warm": "dotwarm",
}
SHOWN = LONG, 0, 0  # updates, seed and warm-up of the one whose weights are kept


def batches(once: Callable[[], Iterator[Pairs]]) -> Iterator[Pairs]:
    """Give batches without end."""
    while True:
        yield from once()


def sounds(lr: float, updates: int, seed: int, part: str, warm: int = 0) -> Row:
    """Return one network's error rates, its loss, told what was right, and seconds."""
    start = time.process_time()
    model = drawn_transformer(seed, len(LETTERS), STOP + 1, D, HEADS, LAYERS)
    dice = torch.Generator().manual_seed(seed)
    source = batches(in_batches(sound_pairs(entries("learn")), generator=dice))

    def cost(network: Transformer) -> Tensor:
        return told_loss(network, next(source))

    model = descended(model, cost, lambda t: falling(t, lr, updates, warm), updates)
    took = time.process_time() - start
    pairs = sound_pairs(entries(part))
    with torch.no_grad():
        told = told_loss(model, pairs).item()
    if (updates, seed, warm) == SHOWN:
        for name, weight in model.state_dict().items():
            keep(f"weights.{name}", weight.half().numpy())
    said = spoken(model, pairs, MOST)
    kept = f"{'warm' if warm else 'pre'} {updates}.{seed}" if part == "judge" else ""
    return [*judged_by(part, said, kept), told, took]


def rival(lr: float, updates: int, seed: int, part: str, warm: int = 0) -> Row:
    """Return the same of the recurrent network with attention.

    With a warm-up it learns by the rule of the transformer.
    """
    start = time.process_time()
    model = drawn_seq2seq(len(LETTERS), STOP + 1, UNITS, "dot", seed)
    dice = torch.Generator().manual_seed(seed)
    learn = in_batches(sound_pairs(entries("learn")), generator=dice)
    if warm:
        source = batches(learn)

        def cost(network: Seq2Seq) -> Tensor:
            return rival_loss(network, next(source))

        model = descended(model, cost, lambda t: falling(t, lr, updates, warm), updates)
    else:
        model = taught(model, learn, lr, updates)
    took = time.process_time() - start
    pairs = sound_pairs(entries(part))
    with torch.no_grad():
        told = rival_loss(model, pairs).item()
    said = translated(model, pairs, MOST)
    kind = "dotwarm" if warm else "dot"
    kept = f"{kind} {updates}.{seed}" if part == "judge" else ""
    return [*judged_by(part, said, kept), told, took]


def judged_by(part: str, said: list[list[int]], kept: str) -> Row:
    """Return error rates; under a name, keep how many edits each word needs."""
    words = entries(part)
    phones = [tuple(PHONES[y] for y in answer) for answer in said]
    if kept:
        pairs = zip(phones, words, strict=True)
        edits = [edit_distance(mine, word.phones) for mine, word in pairs]
        keep(f"edits.{kept}", np.array(edits, dtype=np.uint8))
    return [*error_rates(phones, [word.phones for word in words])]


def told_loss(network: Transformer, pairs: Pairs) -> Tensor:
    """Return the loss if what was right is told; what fills up does not count."""
    return F.cross_entropy(network(pairs).flatten(0, 1), pairs.Y.flatten())


def rival_loss(network: Seq2Seq, pairs: Pairs) -> Tensor:
    """Return the same loss of the recurrent network."""
    scores = network(pairs).scores
    return F.cross_entropy(scores.flatten(0, 1), pairs.Y.flatten())


def keep(name: str, numbers: np.ndarray[Any, Any]) -> None:
    """Keep an array for the file of weights and edits."""
    KEPT.mkdir(parents=True, exist_ok=True)
    np.save(KEPT / f"{name}.npy", numbers)


class Table:
    """What is written: a rate is chosen first, then networks are judged."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.tried: dict[str, list[float]] = {}

    def row(self, who: str, lr: float, updates: int, seed: int, part: str) -> Row:
        """Return the row of one network: "sounds" or "rival", and "warm" or not."""
        name, *warm = who.split()
        settings = [updates, seed, part, *(WARM * updates // UPDATES for _ in warm)]
        key = " ".join([name, f"{lr:.6g}", *map(str, settings)])
        work = {"sounds": sounds, "rival": rival}[name]
        measured = self.runs.of(key, lambda: work(lr, *settings))
        told = [KINDS[who], part, f"{lr:.6g}", updates, seed]
        return [*told, *(f"{number:.5f}" for number in measured)]

    def chosen(self, who: str, rates: list[float]) -> float:
        """Return the best rate."""

        def cost(lr: float) -> float:
            return float(self.row(who, lr, UPDATES, CHOOSER, "choose")[5])

        costs = widened(rates, cost)
        self.tried[who] = sorted(costs)
        return min(costs, key=lambda lr: costs[lr])

    def table(self) -> list[Row]:
        """Return the rows of who says how words sound; first what is needed most."""
        rates = {
            "sounds": self.chosen("sounds", RATES),
            "sounds warm": self.chosen("sounds warm", RATES),
            "rival": RIVAL_RATE,
        }
        wanted = [(who, UPDATES, seed) for who in rates for seed in SEEDS]
        wanted += [
            (who, LONG, seed)
            for who in ("rival", "sounds", "sounds warm")
            for seed in SEEDS
        ]
        wanted += [(who, LONGER, SEEDS[0]) for who in ("sounds warm", "rival")]
        rates["rival warm"] = self.chosen("rival warm", RIVAL_RATES)
        made = {
            (updates, [*KINDS].index(who), seed): self.row(
                who, rates[who], updates, seed, "judge"
            )
            for who, updates, seed in wanted
        }
        judged = [made[key] for key in sorted(made)]
        tried = [
            self.row(who, lr, UPDATES, CHOOSER, "choose")
            for who, rates_of in self.tried.items()
            for lr in rates_of
        ]
        return [*tried, *judged]


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    kept_at = KEPT / "runs.json"
    made = worked(__file__, kept_at, lambda r: Table(r).table(), seeds=SEEDS)
    if made is None:
        return 1
    training, rows = made
    with (FOLDER / f"{NAME}_runs.csv").open("w", encoding="utf-8", newline="") as file:
        head = "kind part lr updates seed phones words told seconds".split()
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
    kept = {path.stem: np.load(path) for path in sorted(KEPT.glob("*.npy"))}
    np.savez_compressed(FOLDER / f"{NAME}.npz", **kept)
    training.write([f"{NAME}_runs.csv", f"{NAME}.npz"])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
