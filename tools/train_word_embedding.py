"""Train what the page on word embedding shows: four kinds of vectors from one text.

python -m tools.train_word_embedding --for 60   works for a minute of CPU, then stops;
                                         call it again until it says that it is done

It writes code/ml2020/data/trained/word_embedding_*: the vectors that later chapters
use, those of two halves of the text, the table of all runs, the answers of those that
are judged, some neighbours, and what inner products have to do with PMI. The loaders,
ml2020/data/word_vectors.py and word_embedding_runs.py, hold the sha256 of each, printed
at the end. What was done so far is kept in _build/word_embedding.

Each method has a grid, widened in its rate until the best lies inside; what is best,
and whether the vectors that guess are added to those that read, is chosen by seed 0 on
questions about every other noun. Seeds 1 to 3 are judged by the rest. Then each that
learns gets three times the passes, seed 1.
"""

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ml2020.data.glosses import glosses
from ml2020.support.rates import widened
from ml2020.word_embedding.analogies import PAIRS, analogy_questions, known_pairs
from ml2020.word_embedding.counts import kept_share, pair_counts, read_counts
from ml2020.word_embedding.glove import glove
from ml2020.word_embedding.neighbours import analogy, nearest, places, unit
from ml2020.word_embedding.pmi import pmi, ppmi, svd_vectors
from ml2020.word_embedding.prediction import (
    cbow_examples,
    first_vectors,
    learn_pass,
    noise_shares,
    skip_gram_examples,
)
from ml2020.word_embedding.taxonomy import (
    answered,
    questions,
    rank_correlation,
    tree_distances,
)
from tools.trained import Training, sha256

KEPT = Path("_build/word_embedding")
DIMENSION, WINDOW, THRESHOLD, NEGATIVES = 64, 5, 1e-4, 5
CHOOSE, SEEDS = 0, (1, 2, 3)
EACH = 5  # questions about a noun
PASSES = {"PPMI": 1, "GloVe": 20, "CBOW": 8, "skip-gram": 8}
LONG = 3  # times the passes
RATES = {"GloVe": [0.15, 0.05], "CBOW": [0.54, 0.18], "skip-gram": [0.54, 0.18]}
MOST = 100, 10  # of GloVe: the count from which on all weigh the same
SHOWN = "dog france king hot walked doctor bank river two she".split()
HALF_WORDS = 1500
CELLS = 1500  # shown of the inner products
BINS = (0, 1, 2, 5, 10, 50, float("inf"))  # of counts
Row = list[Any]


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


def dice(seed: int) -> torch.Generator:
    """Return a generator."""
    return torch.Generator().manual_seed(seed)


class Runs:
    """The runs, each made once; those of earlier calls are read from files."""

    def __init__(self, training: Training, until: float) -> None:
        self.training = training
        code = training.record["code"].items()
        # What a run computes hangs on the package, and on what is in its key.
        self.code = {k: found for k, found in code if not k.startswith("tools/")}
        KEPT.mkdir(parents=True, exist_ok=True)
        self.note = KEPT / "note.json"
        if self.note.exists():
            kept = json.loads(self.note.read_text(encoding="utf-8"))
            if self.code == kept["code"]:
                training.earlier = kept["seconds"]
            else:
                for old in KEPT.glob("*.npz"):
                    old.unlink()
        self.until = until + training.earlier
        self.corpus = glosses()
        self.words = self.corpus.words
        self.frequency = self.corpus.text.bincount().float()
        self.kept = kept_share(self.frequency, THRESHOLD)
        self.N = pair_counts(
            self.corpus.text, self.corpus.sentences, len(self.words), WINDOW
        )
        nouns = (self.corpus.meanings >= 0).nonzero()[:, 0]
        self.asked, self.distances, self.nouns = {}, {}, {}
        for k, part in enumerate(("choose", "judge")):
            self.nouns[part] = nouns[k::2]
            meanings = self.corpus.meanings[self.nouns[part]]
            self.distances[part] = tree_distances(self.corpus.parents, meanings)
            self.asked[part] = questions(
                self.distances[part], self.nouns[part], EACH, generator=dice(100 + k)
            )

    def vectors(self, name: str, setting: str, passes: int, seed: int) -> list[Tensor]:
        """Return what a method gave: vectors that read, and that guess."""
        file = KEPT / f"{name} {setting} {passes} {seed}.npz".replace("=", "-")
        if not file.exists():
            if self.training.seconds > self.until:
                raise OutOfTimeError
            found = self.trained(name, dict_of(setting), passes, seed)
            np.savez(file, *(part.numpy() for part in found))
            kept = {"code": self.code, "seconds": self.training.seconds}
            self.note.write_text(json.dumps(kept), encoding="utf-8")
            scores = [f"{answered(V, self.asked['choose']).mean():.4f}" for V in found]
            print(file.stem, *scores, f"{self.training.seconds:.0f}", flush=True)
        with np.load(file, allow_pickle=False) as stored:
            return [torch.from_numpy(stored[key]) for key in stored.files]

    def trained(
        self, name: str, setting: dict[str, float], passes: int, seed: int
    ) -> list[Tensor]:
        """Return the vectors of one run, alone and with those that guess added."""
        rolls = dice(1000 + seed)
        if name == "PPMI":
            M = ppmi(self.N, setting["smoothing"], setting["negatives"])
            power = setting["power"]
            return [svd_vectors(M, DIMENSION, power, generator=rolls)]
        if name == "GloVe":
            lr, most = setting["lr"], setting["most"]
            model = glove(self.N, DIMENSION, lr, most, passes, generator=rolls)
            return [model.W, model.W + model.U]
        everything = torch.ones(len(self.corpus.text), dtype=torch.bool)
        if "half" in setting:
            everything = self.corpus.glosses % 2 == setting["half"]
        text, sentences = (
            part[everything] for part in (self.corpus.text, self.corpus.sentences)
        )
        make = cbow_examples if name == "CBOW" else skip_gram_examples
        V, U = first_vectors(len(self.words), DIMENSION, generator=rolls)
        shares = noise_shares(self.frequency)
        for k in range(passes):
            examples = make(text, sentences, self.kept, WINDOW, generator=rolls)
            rates = [setting["lr"] * (1 - (k + end) / passes) for end in (0, 1)]
            V, U = learn_pass(
                V, U, examples, shares, (rates[0], rates[1]), NEGATIVES, generator=rolls
            )
        return [V, V + U]

    def best(self, name: str) -> tuple[str, int]:
        """Return the best setting of a method, and which of its vectors, by seed 0."""

        def score(setting: str) -> float:
            found = self.vectors(name, setting, PASSES[name], CHOOSE)
            return max(answered(V, self.asked["choose"]).mean().item() for V in found)

        tried: dict[str, float] = {}
        if name == "PPMI":
            for smoothing in (1, 0.75):
                for negatives in (1, 5):
                    for power in (0, 0.5, 1):
                        key = text_of(
                            smoothing=smoothing, negatives=negatives, power=power
                        )
                        tried[key] = score(key)
        for most in MOST if name == "GloVe" else (None,) if name != "PPMI" else ():
            more = {} if most is None else {"most": most}

            def cost(lr: float, more: dict[str, int] = more) -> float:
                return -score(text_of(lr=lr, **more))

            for lr, lost in widened(RATES[name], cost).items():
                tried[text_of(lr=lr, **more)] = -lost
        setting = max(tried, key=lambda key: tried[key])
        self.tried[name] = list(tried)
        found = self.vectors(name, setting, PASSES[name], CHOOSE)
        scores = [answered(V, self.asked["choose"]).mean().item() for V in found]
        return setting, scores.index(max(scores))

    tried: dict[str, list[str]] = {}

    def row(self, name: str, setting: str, passes: int, seed: int, read: int) -> Row:
        """Return how well the vectors of one run answer everything that is asked."""
        V = self.vectors(name, setting, passes, seed)[read]
        found = [answered(V, self.asked[p]).mean().item() for p in ("choose", "judge")]
        X = unit(V[self.nouns["judge"]])
        above = torch.ones(len(X), len(X), dtype=torch.bool).triu(1)
        links = self.distances["judge"][above]
        found.append(rank_correlation((X @ X.T)[above], -links.float()))
        for kind in PAIRS:
            a = analogy_questions(known_pairs(kind, self.words), self.words)
            said = analogy(V, a.a, a.b, a.c)
            found.append((said == a.answers).float().mean().item())
        start = [name, setting, ("read", "sum")[read], passes, seed]
        return [*start, *(f"{value:.4f}" for value in found)]


def text_of(**setting: float) -> str:
    """Return a setting as a text."""
    return " ".join(f"{key}={value:g}" for key, value in setting.items())


def dict_of(setting: str) -> dict[str, float]:
    """Return the setting that a text names."""
    pairs = (part.split("=") for part in setting.split())
    return {key: float(value) for key, value in pairs}


def inner_products(runs: Runs, setting: str) -> tuple[list[Row], list[Row]]:
    """Return cells of skip-gram's inner products beside PMI - ln k; agreement by count.

    The PMI is that of what was read: frequent words are skipped, and words of chance
    drawn with the power 0.75.
    """
    V, both = runs.vectors("skip-gram", setting, LONG * PASSES["skip-gram"], SEEDS[0])
    met = read_counts(runs.N, runs.kept)
    shares = noise_shares(runs.frequency)
    wanted = (met / met.sum(dim=1, keepdim=True) / shares / NEGATIVES).log()
    given = V @ (both - V).T
    table = []
    for low, high in zip(BINS, BINS[1:], strict=False):
        cells = (met > low) & (met <= high)
        x, y = wanted[cells].double(), given[cells].double()
        r = torch.corrcoef(torch.stack([x, y]))[0, 1].item()
        means = [f"{v.mean().item():.4f}" for v in (x, y)]
        table.append([f"{low:g}", f"{high:g}", len(x), f"{r:.4f}", *means])
    where = (met > 0).nonzero()
    some = where[torch.randperm(len(where), generator=dice(5))[:CELLS]].T
    shown = [part[some[0], some[1]].tolist() for part in (met, wanted, given)]
    cells = [[f"{v:.4g}" for v in row] for row in zip(*shown, strict=True)]
    return cells, table


def written(runs: Runs) -> list[str]:
    """Make and write everything; return the names of the files."""
    best = {name: runs.best(name) for name in PASSES}
    rows, answers, near = [], {}, []
    for name, (setting, read) in best.items():
        for tried in runs.tried[name]:
            choices = len(runs.vectors(name, tried, PASSES[name], CHOOSE))
            for k in range(choices):
                rows.append(runs.row(name, tried, PASSES[name], CHOOSE, k))
        long = [] if name == "PPMI" else [(LONG * PASSES[name], SEEDS[:1])]
        for passes, seeds in [(PASSES[name], SEEDS), *long]:
            for seed in seeds:
                rows.append(runs.row(name, setting, passes, seed, read))
                V = runs.vectors(name, setting, passes, seed)[read]
                right = 2 * answered(V, runs.asked["judge"])
                answers[f"{name} {passes} {seed}"] = right.to(torch.int8).numpy()
        V = runs.vectors(name, setting, PASSES[name], SEEDS[0])[read]
        for word in SHOWN:
            found = nearest(V, places([word], runs.words)[0].item(), 6).tolist()
            near.append([name, word, " ".join(runs.words[k] for k in found)])
    setting, read = best["skip-gram"]
    V = runs.vectors("skip-gram", setting, PASSES["skip-gram"], SEEDS[0])[read]
    halves = {}
    for half in (0, 1):
        part = f"{setting} half={half}"
        found = runs.vectors("skip-gram", part, 2 * PASSES["skip-gram"], SEEDS[half])
        halves[f"half{half}"] = found[read][:HALF_WORDS].half().numpy()
    cells, table = inner_products(runs, setting)
    folder = runs.training.folder
    np.savez_compressed(folder / "word_embedding_vectors.npz", vectors=V.half().numpy())
    np.savez_compressed(folder / "word_embedding_halves.npz", **halves)
    asked = {key: part.numpy() for key, part in runs.asked["judge"]._asdict().items()}
    np.savez_compressed(folder / "word_embedding_answers.npz", **asked, **answers)
    head = "name setting read passes seed choose judge rho".split()
    for name, titles, lines in (
        ("runs", [*head, *PAIRS], rows),
        ("neighbours", ["name", "word", "neighbours"], near),
        ("cells", ["count", "wanted", "given"], cells),
        ("agreement", "above upto cells r wanted given".split(), table),
    ):
        path = folder / f"word_embedding_{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([titles, *lines])
    files = "vectors.npz halves.npz answers.npz runs.csv neighbours.csv cells.csv"
    return [f"word_embedding_{name}" for name in [*files.split(), "agreement.csv"]]


def main() -> int:
    """Work for a while; write what the page shows, and its record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    training = Training(__file__, seeds=[CHOOSE, *SEEDS])
    runs = Runs(training, options.seconds)
    try:
        names = written(runs)
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    training.write(names)
    for name in names:
        print(name, sha256(training.folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
