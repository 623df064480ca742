"""Train what the page on the whole transformer shows, its poems apart.

python -m tools.train_transformer_model --for 60   works for a minute of CPU, then
                                                   stops; call it again until it says
                                                   it is done

It writes code/ml2020/data/trained/transformer_model_runs.csv, _lengths.csv, _norms.csv
and .npz, and their record once all is there. The loader,
ml2020/data/transformer_model_runs.py, holds the files' sha256, printed at the end. What
was done so far is kept in _build/transformer_model.

Spelling to sound, by a transformer about as large as the network with attention of
tools/train_rnn_attention.py, on the same words, in as many batches, its rate chosen in
the same way; the same with a warm-up over a tenth of the batches; and both rivals once
in ten times as many. Deep readers with norms before and behind, with a warm-up and
without. And readers of one layer that say what stood three places back, in sequences
longer than any that they have met, beside a recurrent network and a convolution.
"""

import csv
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ml2020.data.cmudict import PHONES
from ml2020.rnn.edit_distance import edit_distance
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
from ml2020.transformer.lengths import (
    LONGEST,
    SYMBOLS,
    echoes,
    near_sighted,
    right_at_places,
    short_ones,
)
from ml2020.transformer.model import Transformer, drawn_transformer
from ml2020.transformer.neighbours import asked, circles, share_right
from ml2020.transformer.reader import Reader, drawn_reader
from ml2020.transformer.rivals import Convolution, Recurrent
from ml2020.transformer.speaking import spoken
from tools.trained import FOLDER
from tools.trained_runs import Row, Runs, worked

NAME = "transformer_model"
KEPT = Path(f"_build/{NAME}")
D, HEADS, LAYERS = 32, 4, 2  # norms before, as is the default
UPDATES, LONG, LONGER, WARM, MOST = 400, 1200, 4000, 40, 16
RATES = [0.0004 * 3**k for k in range(5)]
SEEDS, CHOOSER = range(3), 100  # that are judged, and that chooses a rate
UNITS, RIVAL_RATE = 32, 0.0243  # of the recurrent network, as they were chosen there
SHOWN = LONG, 0, 0  # updates, seed and warm-up of the one whose weights are kept
SIGHTS, AT = range(5), (16, 32, 64, 128)  # seeds and lengths of the other task
SIGHT_UPDATES, SIGHT_WARM, SIGHT_RATE = 300, 30, 0.01
TELLERS = ("table", "sinusoids", "rotary", "recurrent", "convolution")
DEPTHS, DEEP_UPDATES, DEEP_WARM = (6,), 300, 75
DEEP_RATES = [0.0012 * 3**k for k in range(3)]


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


def rival(updates: int, seed: int) -> Row:
    """Return the same of the recurrent network with attention."""
    start = time.process_time()
    model = drawn_seq2seq(len(LETTERS), STOP + 1, UNITS, "dot", seed)
    dice = torch.Generator().manual_seed(seed)
    learn = in_batches(sound_pairs(entries("learn")), generator=dice)
    model = taught(model, learn, RIVAL_RATE, updates)
    took = time.process_time() - start
    pairs = sound_pairs(entries("judge"))
    with torch.no_grad():
        scores = model(pairs).scores
    told = F.cross_entropy(scores.flatten(0, 1), pairs.Y.flatten()).item()
    said = translated(model, pairs, MOST)
    return [*judged_by("judge", said, f"dot {updates}.{seed}"), told, took]


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


def stack(layers: int, pre: bool, warm: int, lr: float, seed: int) -> Row:
    """Return the share that a deep reader says rightly, as on the first page."""
    model = drawn_reader(seed, SYMBOLS, D, 2, layers, pre=pre)
    dice = torch.Generator().manual_seed(3000 + seed)
    learned = descended(
        model,
        asked(32, 8, SYMBOLS, generator=dice),
        lambda t: falling(t, lr, DEEP_UPDATES, warm),
        DEEP_UPDATES,
    )
    judged = circles(500, 8, SYMBOLS, generator=torch.Generator().manual_seed(4000))
    return [share_right(learned, judged)]


def sight(kind: str, seed: int) -> Row:
    """Return the shares of right answers: inside, and beyond the longest met.

    For each length the share at places behind the longest that was met (at that length
    itself, of all its places), and the same if far places are hidden.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model: nn.Module
        if kind == "recurrent":
            model = Recurrent(SYMBOLS, 2 * D)
        elif kind == "convolution":
            model = Convolution(SYMBOLS, D, 7)
        else:
            settings: Any = {"longest": max(AT)}
            model = drawn_reader(seed, SYMBOLS, D, 2, 1, kind, **settings)
    learned = descended(
        model,
        short_ones(64, generator=torch.Generator().manual_seed(1000 + seed)),
        lambda t: falling(t, SIGHT_RATE, SIGHT_UPDATES, SIGHT_WARM),
        SIGHT_UPDATES,
    )
    found = []
    for T in AT:
        echo = echoes(200, T, generator=torch.Generator().manual_seed(2000 + seed))
        beyond = slice(LONGEST - 3 if T > LONGEST else 0, None)
        plain = right_at_places(learned, echo)[beyond].mean().item()
        near = float("nan")
        if isinstance(learned, Reader):
            sighted = near_sighted(learned, LONGEST - 1)
            near = right_at_places(sighted, echo)[beyond].mean().item()
        found.append([T, plain, near])
    return found


def keep(name: str, numbers: np.ndarray[Any, Any]) -> None:
    """Keep an array for the file of weights and edits."""
    KEPT.mkdir(parents=True, exist_ok=True)
    np.save(KEPT / f"{name}.npy", numbers)


class Tables:
    """What is written: a rate is chosen first, then networks are judged."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs

    def sounds(self, *settings: Any) -> Row:
        """Return what one run gives."""
        key = " ".join(f"{s:.6g}" if isinstance(s, float) else f"{s}" for s in settings)
        return self.runs.of(f"sounds {key}", lambda: sounds(*settings))

    def chosen(self, *warm: int) -> tuple[float, list[Row]]:
        """Return the best rate, and the rows that chose it."""

        def cost(lr: float) -> float:
            wrong: float = self.sounds(lr, UPDATES, CHOOSER, "choose", *warm)[0]
            return wrong

        costs = widened(RATES, cost)
        wanted = [(lr, UPDATES, CHOOSER, "choose", *warm) for lr in sorted(costs)]
        return min(costs, key=lambda lr: costs[lr]), [self.row(*w) for w in wanted]

    def row(self, lr: float, updates: int, seed: int, part: str, *warm: int) -> Row:
        """Return the row of one network."""
        measured = self.sounds(lr, updates, seed, part, *warm)
        settings = ["warm" if warm else "pre", part, f"{lr:.6g}", updates, seed]
        return [*settings, *(f"{number:.5f}" for number in measured)]

    def contest(self) -> list[Row]:
        """Return the rows of who says how words sound; first what is needed most."""
        best, found = self.chosen()
        found += [self.row(best, UPDATES, seed, "judge") for seed in SEEDS]
        found += [self.row(best, LONG, seed, "judge") for seed in SEEDS]
        warmed, others = self.chosen(WARM)
        found += others
        for updates in (UPDATES, LONG):
            args = "judge", WARM * updates // UPDATES
            found += [self.row(warmed, updates, seed, *args) for seed in SEEDS]
        self.norms()
        args = "judge", WARM * LONGER // UPDATES
        found.append(self.row(warmed, LONGER, 0, *args))
        measured = self.runs.of(f"rival {LONGER} 0", lambda: rival(LONGER, 0))
        settings = ["dot", "judge", f"{RIVAL_RATE:.6g}", LONGER, 0]
        return [*found, [*settings, *(f"{number:.5f}" for number in measured)]]

    def norms(self) -> list[Row]:
        """Return the rows of the stacks, of two depths."""
        found = []
        sides, warms = ("before", "behind"), (0, DEEP_WARM)
        for depth, where, warm, lr in product(DEPTHS, sides, warms, DEEP_RATES):
            for seed in SEEDS:
                args = depth, where == "before", warm, lr, seed
                key = f"stack {depth} {where} {warm} {lr:.6g} {seed} {DEEP_UPDATES}"
                (share,) = self.runs.of(key, partial(stack, *args))
                found.append([depth, where, warm, f"{lr:.6g}", seed, f"{share:.5f}"])
        return found

    def lengths(self) -> list[Row]:
        """Return the rows of the other task."""
        found = []
        for kind in TELLERS:
            made = {
                seed: self.runs.of(f"sight {kind} {seed}", partial(sight, kind, seed))
                for seed in SIGHTS
            }
            for k in range(len(AT)):
                for seed in SIGHTS:
                    T, plain, near = made[seed][k]
                    found.append([kind, T, seed, f"{plain:.5f}", f"{near:.5f}"])
        return found

    def all(self) -> tuple[list[Row], ...]:
        """Return the rows of all tasks."""
        return self.contest(), self.lengths(), self.norms()


def main() -> int:
    """Work for a while; write the tables and their record when all is done."""
    made = worked(__file__, KEPT / "runs.json", lambda r: Tables(r).all(), seeds=SEEDS)
    if made is None:
        return 1
    training, tables = made
    heads = {
        f"{NAME}_runs.csv": "kind part lr updates seed phones words told seconds",
        f"{NAME}_lengths.csv": "kind T seed plain near",
        f"{NAME}_norms.csv": "layers norms warm lr seed share",
    }
    for (name, head), rows in zip(heads.items(), tables, strict=True):
        with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head.split(), *rows])
    kept = {path.stem: np.load(path) for path in sorted(KEPT.glob("*.npy"))}
    np.savez_compressed(FOLDER / f"{NAME}.npz", **kept)
    training.write([*heads, f"{NAME}.npz"])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
