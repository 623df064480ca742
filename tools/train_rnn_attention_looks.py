"""Train what the page on attention says of looks: networks that reverse, two rates.

python -m tools.train_rnn_attention_looks --for 60   works for a minute of CPU, then
                                                     stops; call it again until it says
                                                     that it is done

It writes code/ml2020/data/trained/rnn_attention_looks.csv, and its record once all is
there. The loader, ml2020/data/rnn_attention_runs.py, holds the file's sha256, printed
at the end. What was done so far is kept in _build/rnn_attention_looks.json.

The rates are two neighbours of the grid of tools/train_rnn_attention.py, the best one
of as many updates among them. Six networks, each begun twice with the same weights,
learn from two streams of sequences.
"""

import sys
from functools import partial
from itertools import product
from pathlib import Path

import torch

from ml2020.rnn.reversal import SYMBOLS, fresh_reversals, reversal_pairs
from ml2020.rnn.reversal_looks import (
    just_said,
    mirrored,
    right_with,
    share_greatest,
    without,
)
from ml2020.rnn.seq2seq_learning import drawn_seq2seq, taught
from tools.trained_runs import Row, Runs, worked

NAME = "rnn_attention_looks.csv"
KEPT = Path("_build/rnn_attention_looks.json")
RATES, UPDATES, SEEDS = (0.0243, 0.0729), 200, range(6)
STREAMS = (1, 1000)  # of sequences: the seed of their dice grows so fast
T, M, BATCH, JUDGED = 12, 16, 64, 500  # length; units in each direction; sequences


def looks(lr: float, stream: int, seed: int) -> Row:
    """Return how often the greatest weight is at each place, and what each gets right.

    First the two shares; then the right symbols with the learned weights; with the
    mirrored place alone, with that of the symbol just said alone; without the one,
    without the other.
    """
    model = drawn_seq2seq(SYMBOLS, SYMBOLS + 1, M, "dot", seed)
    dice = torch.Generator().manual_seed(STREAMS[stream] * seed + stream)
    model = taught(model, fresh_reversals(BATCH, T, generator=dice), lr, UPDATES)
    pairs = reversal_pairs(JUDGED, T, generator=dice)
    with torch.no_grad():
        alpha = model(pairs).alpha[:, :T]
    places = mirrored(T), just_said(T)
    greatest = (share_greatest(alpha, at) for at in places)
    others = (without(alpha, at) for at in places)
    return [
        *greatest,
        *(right_with(model, pairs, a) for a in (alpha, *places, *others)),
    ]


def table(runs: Runs) -> list[Row]:
    """Return all rows."""
    found: list[Row] = []
    for lr in RATES:
        for stream, seed in product(range(len(STREAMS)), SEEDS):
            key = f"{lr:.6g} {seed} {stream}".removesuffix(" 0")
            shares = runs.of(key, partial(looks, lr, stream, seed))
            row = [f"{lr:.6g}", UPDATES, stream, seed]
            found.append([*row, *(f"{share:.5f}" for share in shares)])
    return found


def main() -> int:
    """Work for a while; write the table and its record when all is done."""
    made = worked(__file__, KEPT, table, seeds=SEEDS)
    if made is None:
        return 1
    training, rows = made
    head = (
        "lr updates stream seed at_mirrored at_said right by_mirrored by_said "
        "without_mirrored without_said".split()
    )
    print(training.write_table(NAME, head, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
