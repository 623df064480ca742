"""Train readers and rivals that say what stood three places back, for longer sequences.

python -m tools.train_transformer_lengths --for 60   works for a minute of CPU, then
                                                     stops; call it again until it says
                                                     it is done

It writes code/ml2020/data/trained/transformer_lengths.csv, a row a network and a
length, and its record once all is there. The loader,
ml2020/data/transformer_model_runs.py, holds the file's sha256, printed at the end. What
was done so far is kept in _build/transformer_lengths.

Readers of one layer that are told places in three ways, and by waves whose first place
is drawn for each batch, beside a recurrent network and a convolution.
"""

import sys
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ml2020.transformer.crowd import crowded
from ml2020.transformer.learning import descended, falling
from ml2020.transformer.lengths import (
    BACK,
    LONGEST,
    SYMBOLS,
    echoes,
    right_at_places,
    short_ones,
)
from ml2020.transformer.reader import Reader, drawn_reader
from ml2020.transformer.rivals import Convolution, Recurrent
from ml2020.transformer.sight import (
    begun_anywhere,
    near_sighted,
    seeing,
    strangers,
)
from tools.trained_runs import Row, Runs, worked

NAME = "transformer_lengths"
KEPT = Path(f"_build/{NAME}/runs.json")
D, AT, SEEDS = 32, (16, 32, 64, 128), range(5)
UPDATES, LONG, WARM, RATE = 300, 1500, 30, 0.01
REACH = (LONGEST - 2) // 2  # so far that LONGEST - 1 places are seen
MEET = ("moved", "rotary")  # who may have met all places; they learn longer, too
TELLERS = ("table", "sinusoids", "moved", "rotary", "recurrent", "convolution")


def told(kind: str, seed: int) -> nn.Module:
    """Return a network that has not learned."""
    settings: Any = {"longest": max(AT)}
    if kind == "moved":
        dice = torch.Generator().manual_seed(5000 + seed)
        waves = told("sinusoids", seed)
        assert isinstance(waves, Reader)
        return begun_anywhere(waves, max(AT) - LONGEST, generator=dice)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        if kind == "recurrent":
            return Recurrent(SYMBOLS, 2 * D)
        if kind == "convolution":
            return Convolution(SYMBOLS, D, 7)
        return drawn_reader(seed, SYMBOLS, D, 2, 1, kind, **settings)


def sight(kind: str, updates: int, seed: int) -> Row:
    """Return the shares of right answers: inside, and beyond the longest met.

    For each length the share at places behind the longest that was met (at that length
    itself, of all its places); the same if no more places are seen than were met, near
    ones; or the one that is meant and far ones, nearly as many; or the near ones, of
    which all but the one that is meant stand there so often that they are T again.
    """
    learned = descended(
        told(kind, seed),
        short_ones(64, generator=torch.Generator().manual_seed(1000 + seed)),
        lambda t: falling(t, RATE, updates, WARM * updates // UPDATES),
        updates,
    ).eval()
    found = []
    for T in AT:
        echo = echoes(200, T, generator=torch.Generator().manual_seed(2000 + seed))
        beyond = slice(LONGEST - BACK if T > LONGEST else 0, None)
        others: list[nn.Module] = [learned]
        if isinstance(learned, Reader) and T == max(AT):
            dice = torch.Generator().manual_seed(6000 + seed)
            far = strangers(T, BACK, LONGEST - 1, 2 * REACH, generator=dice)
            others += [
                near_sighted(learned, REACH),
                seeing(learned, lambda _, far=far: far),  # type: ignore[misc]
                crowded(learned, REACH, BACK, round(T / (2 * REACH))),
            ]
        shares = [right_at_places(one, echo)[beyond].mean().item() for one in others]
        found.append([T, *shares, *[float("nan")] * (4 - len(shares))])
    return found


def table(runs: Runs) -> list[Row]:
    """Return the rows."""
    found = []
    for kind, updates in [*((k, UPDATES) for k in TELLERS), *((k, LONG) for k in MEET)]:
        made = {
            s: runs.of(f"{kind} {updates} {s}", partial(sight, kind, updates, s))
            for s in SEEDS
        }
        for k in range(len(AT)):
            for seed in SEEDS:
                T, *shares = made[seed][k]
                found.append(
                    [kind, updates, T, seed, *(f"{share:.5f}" for share in shares)]
                )
    return found


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    made = worked(__file__, KEPT, table, seeds=SEEDS)
    if made is None:
        return 1
    training, rows = made
    print(
        training.write_table(
            f"{NAME}.csv", "kind updates T seed plain close far crowd".split(), rows
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
