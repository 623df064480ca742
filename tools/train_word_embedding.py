"""Train the word vectors that this book uses: skip-gram on WordNet's glosses.

python -m tools.train_word_embedding --for 60   works for a minute of CPU, then stops;
                                         call it again until it says that it is done

It writes code/ml2020/data/trained/word_embedding_vectors.npz, and two tables: what the
inner products have to do with PMI, by how often two words met, and some of them. The
loaders, ml2020/data/word_vectors.py and word_embedding_runs.py, hold the sha256 of
each, printed at the end. What was done so far is kept in _build/word_embedding.
"""

import argparse
import csv
import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ml2020.data.glosses import Glosses, glosses
from ml2020.word_embedding.counts import kept_share, pair_counts, read_counts
from ml2020.word_embedding.examples import skip_gram_examples
from ml2020.word_embedding.prediction import first_vectors, learn_pass, noise_shares
from tools.trained import Training, sha256

KEPT = Path("_build/word_embedding")
DIMENSION, WINDOW, THRESHOLD, NEGATIVES = 64, 5, 1e-4, 5
PASSES, RATE, SEED = 8, 0.15, 0
CELLS = 1500  # shown of the inner products
BINS = (0, 0.5, 1, 2, 5, 20, float("inf"))  # of counts
Row = list[Any]


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


def dice(seed: int) -> torch.Generator:
    """Return a generator."""
    return torch.Generator().manual_seed(seed)


def trained(training: Training, corpus: Glosses, until: float) -> tuple[Tensor, Tensor]:
    """Return the vectors that read and those that guess, after all passes."""
    KEPT.mkdir(parents=True, exist_ok=True)
    note, file = KEPT / "note.json", KEPT / "vectors.npz"
    code = training.record["code"]
    frequency = corpus.text.bincount().float()
    kept, shares = kept_share(frequency, THRESHOLD), noise_shares(frequency)
    V, U = first_vectors(len(frequency), DIMENSION, generator=dice(SEED))
    done = 0
    if note.exists():
        found = json.loads(note.read_text(encoding="utf-8"))
        if found["code"] == code:
            done, training.earlier = found["done"], found["seconds"]
            with np.load(file, allow_pickle=False) as stored:
                V, U = torch.from_numpy(stored["V"]), torch.from_numpy(stored["U"])
    until += training.earlier
    for k in range(done, PASSES):
        if training.seconds > until:
            raise OutOfTimeError
        rolls = dice(1000 + k)
        examples = skip_gram_examples(
            corpus.text, corpus.sentences, kept, WINDOW, generator=rolls
        )
        rates = RATE * (1 - k / PASSES), RATE * (1 - (k + 1) / PASSES)
        V, U = learn_pass(V, U, examples, shares, rates, NEGATIVES, generator=rolls)
        np.savez(file, V=V.numpy(), U=U.numpy())
        found = {"code": code, "done": k + 1, "seconds": training.seconds}
        note.write_text(json.dumps(found), encoding="utf-8")
        print(f"pass {k + 1}: {training.seconds:.0f} s", flush=True)
    return V, U


def inner_products(corpus: Glosses, V: Tensor, U: Tensor) -> tuple[list[Row], ...]:
    """Return some inner products beside PMI - ln k, and how they agree, by count.

    The PMI is that of what was read: frequent words are skipped, and words of chance
    drawn with the power 0.75.
    """
    frequency = corpus.text.bincount().float()
    N = pair_counts(corpus.text, corpus.sentences, len(frequency), WINDOW)
    met = read_counts(N, kept_share(frequency, THRESHOLD))
    chance = met.sum(dim=1, keepdim=True) * noise_shares(frequency)
    wanted, given = (met / chance / NEGATIVES).log(), V @ U.T
    table = []
    for low, high in pairwise(BINS):
        cells = (met > low) & (met <= high)
        x, y = wanted[cells].double(), given[cells].double()
        r = torch.corrcoef(torch.stack([x, y]))[0, 1].item()
        means = [f"{v.mean().item():.4f}" for v in (x, y)]
        table.append([f"{low:g}", f"{high:g}", len(x), f"{r:.4f}", *means])
    where = (met > 0).nonzero()
    some = where[torch.randperm(len(where), generator=dice(5))[:CELLS]].T
    shown = [part[some[0], some[1]].tolist() for part in (met, wanted, given)]
    return [[f"{v:.4g}" for v in row] for row in zip(*shown, strict=True)], table


def main() -> int:
    """Work for a while; write what the page shows, and its record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    training, corpus = Training(__file__, seeds=[SEED]), glosses()
    try:
        V, U = trained(training, corpus, options.seconds)
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    cells, table = inner_products(corpus, V, U)
    both, names = (V + U).half().numpy(), ["word_embedding_vectors.npz"]
    np.savez_compressed(training.folder / names[0], vectors=both)
    for what, head, rows in (
        ("cells", ["met", "wanted", "given"], cells),
        ("agreement", "above upto cells r wanted given".split(), table),
    ):
        names.append(f"word_embedding_{what}.csv")
        with (training.folder / names[-1]).open(
            "w", encoding="utf-8", newline=""
        ) as out:
            csv.writer(out, lineterminator="\n").writerows([head, *rows])
    training.write(names)
    for name in names:
        print(name, sha256(training.folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
