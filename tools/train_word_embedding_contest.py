"""Train four methods on one text, tuned alike, for the page on word embedding.

python -m tools.train_word_embedding_contest --for 60   works for a minute of CPU, then
                                         stops; call it again until it says that it is
                                         done

It writes code/ml2020/data/trained/word_embedding_contest_runs.csv (every run),
.._nouns.npz (how much was right about each noun that judges, in halves of a question)
and .._neighbours.csv. The loader, ml2020/data/word_embedding_contest.py, holds the
sha256 of each, printed at the end. What was done so far is kept in
_build/word_embedding_contest.

The text is that of the 2,000 most frequent words. Settings, and whether the vectors
that guess are added to those that read, are chosen by seed 0 on questions about every
other noun; rates come from a grid of factors of 3 that is widened until the best lies
inside, and two beside the best. Seeds 1 to 5 are judged by questions about the other
nouns, and among these alone. Those that learn run once more with ten times the passes:
their rate is chosen anew, by factors of the root of 3, and seed 1 is judged.
Beside the four, GloVe of a table to which a constant was added, so that pairs that
never met count; the rows of PPMI as they are; and who says the more frequent word.
"""

import argparse
import csv
import json
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ml2020.data.glosses import glosses
from ml2020.support.rates import refined, widened
from ml2020.word_embedding.counts import kept_share, pair_counts
from ml2020.word_embedding.examples import cbow_examples, skip_gram_examples
from ml2020.word_embedding.glove import glove
from ml2020.word_embedding.neighbours import nearest, places
from ml2020.word_embedding.pmi import ppmi, svd_vectors
from ml2020.word_embedding.prediction import first_vectors, learn_pass, noise_shares
from ml2020.word_embedding.taxonomy import (
    Questions,
    answered,
    questions,
    tree_distances,
)
from tools.trained import Training, sha256

KEPT = Path("_build/word_embedding_contest")
WORDS, DIMENSION, WINDOW, THRESHOLD = 2000, 64, 5, 1e-4
CHOOSE, SEEDS, LONG_SEEDS = 0, (1, 2, 3, 4, 5), (1,)
LONG = 10  # times the passes
EACH = 5  # questions about a noun
PASSES = {"PPMI + SVD": 1, "GloVe": 40, "GloVe, added": 40, "CBOW": 4, "skip-gram": 4}
RATES = {"GloVe": (0.45, 0.15), "CBOW": (0.6, 0.2), "skip-gram": (0.45, 0.15)}
GRID = {  # whatever is not a rate
    "PPMI + SVD": {
        "smoothing": (1, 0.75, 0.5),
        "negatives": (1 / 3, 1, 3),
        "power": (0, 0.5, 1, 1.5),
    },
    "GloVe": {"most": (100, 10, 1000, 1, 0.2)},  # 0.2: the least count weighs 1
    "GloVe, added": {"added": (0.1, 1, 0.01)},
}
SHOWN = "dog france hot came".split()
Setting = dict[str, float]


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


def dice(seed: int) -> torch.Generator:
    """Return a generator."""
    return torch.Generator().manual_seed(seed)


def share(V: Tensor, asked: Questions) -> float:
    """Return the share of right answers, 0 for vectors that have run away."""
    return answered(V, asked).mean().item() if V.isfinite().all() else 0.0


class Contest:
    """The runs, each made once; those of earlier calls are read from files."""

    def __init__(self, training: Training, seconds: float) -> None:
        self.training, self.note = training, KEPT / "note.json"
        KEPT.mkdir(parents=True, exist_ok=True)
        # What a run computes hangs on the package, and on what its name says.
        code = training.record["code"].items()
        self.code = {name: found for name, found in code if "tools/" not in name}
        if self.note.exists():
            kept = json.loads(self.note.read_text(encoding="utf-8"))
            if kept["code"] == self.code:
                training.earlier = kept["seconds"]
            else:
                for old in KEPT.glob("*.npz"):
                    old.unlink()
        self.until = seconds + training.earlier
        corpus = glosses()
        few = corpus.text < WORDS
        self.text, self.sentences = corpus.text[few], corpus.sentences[few]
        self.words = corpus.words[:WORDS]
        self.frequency = self.text.bincount().float()
        self.N = pair_counts(self.text, self.sentences, WORDS, WINDOW)
        nouns = (corpus.meanings[:WORDS] >= 0).nonzero()[:, 0]
        self.asked = {}
        for k, part in enumerate(("choose", "judge")):
            links = tree_distances(corpus.parents, corpus.meanings[nouns[k::2]])
            self.asked[part] = questions(links, nouns[k::2], EACH, generator=dice(k))
        self.rows: list[list[Any]] = []

    def vectors(self, name: str, setting: Setting, passes: int, seed: int) -> Tensor:
        """Return what a method gave: vectors that read; those, and those that guess."""
        spelt = " ".join(f"{key}-{value:.4g}" for key, value in setting.items())
        file = KEPT / f"{name} {spelt} {passes} {seed}.npz"
        if not file.exists():
            if self.training.seconds > self.until:
                raise OutOfTimeError
            found = torch.stack(self.trained(name, setting, passes, 1000 + seed))
            np.savez(file, vectors=found.numpy())
            kept = {"code": self.code, "seconds": self.training.seconds}
            self.note.write_text(json.dumps(kept), encoding="utf-8")
            marks = [f"{share(V, self.asked['choose']):.4f}" for V in found]
            print(f"{self.training.seconds:.0f} s:", file.stem, *marks, flush=True)
        with np.load(file, allow_pickle=False) as stored:
            return torch.from_numpy(stored["vectors"])

    def trained(
        self, name: str, setting: Setting, passes: int, seed: int
    ) -> list[Tensor]:
        """Return the vectors of one run, alone and with those that guess added."""
        rolls = dice(seed)
        if name == "PPMI + SVD":
            M = ppmi(self.N, setting["smoothing"], setting["negatives"])
            return [svd_vectors(M, DIMENSION, setting["power"], generator=rolls)]
        try:
            return self.learned(name, setting, passes, rolls)
        except ValueError:  # it has run away
            return [torch.full((WORDS, DIMENSION), torch.nan)] * 2

    def learned(
        self, name: str, setting: Setting, passes: int, rolls: torch.Generator
    ) -> list[Tensor]:
        """Return the vectors of one run of a method that learns."""
        lr = setting["lr"]
        if name.startswith("GloVe"):
            X = self.N + setting.get("added", 0)
            most = setting["most"]
            model = glove(X, DIMENSION, lr, most, passes, 100, generator=rolls)
            return [model.W, model.W + model.U]
        make = cbow_examples if name == "CBOW" else skip_gram_examples
        kept = kept_share(self.frequency, THRESHOLD)
        shares = noise_shares(self.frequency)
        V, U = first_vectors(WORDS, DIMENSION, generator=rolls)
        for k in range(passes):
            examples = make(self.text, self.sentences, kept, WINDOW, generator=rolls)
            rates = lr * (1 - k / passes), lr * (1 - (k + 1) / passes)
            V, U = learn_pass(V, U, examples, shares, rates, generator=rolls)
        return [V, V + U]

    def judged(self, name: str, setting: Setting, passes: int, seed: int) -> float:
        """Put a run into the table; return its best share of what chooses."""
        marks = []
        for k, V in enumerate(self.vectors(name, setting, passes, seed)):
            mark, judge = (share(V, asked) for asked in self.asked.values())
            spelt = " ".join(f"{key}={value:.4g}" for key, value in setting.items())
            values = spelt, ("read", "sum")[k], passes, seed, f"{mark:.4f}"
            self.rows.append([name, *values, f"{judge:.4f}"])
            marks.append(mark)
        return max(marks)

    def best(self, name: str, passes: int, fixed: Setting) -> Setting:
        """Return the best setting of a method, by seed 0."""
        tried: list[tuple[float, Setting]] = []
        grid = {key: values for key, values in GRID.get(name, {}).items()}
        grid = {key: values for key, values in grid.items() if key not in fixed}
        for values in product(*grid.values()):
            setting = {**fixed, **dict(zip(grid, values, strict=True))}
            rates = RATES.get(name.partition(",")[0])
            if rates is None:
                mark = self.judged(name, setting, passes, CHOOSE)
                tried.append((mark, setting))
                continue

            def cost(lr: float, setting: Setting = setting) -> float:
                return -self.judged(name, {**setting, "lr": lr}, passes, CHOOSE)

            for lr, lost in refined(rates, cost).items():
                tried.append((-lost, {**setting, "lr": lr}))
        return max(tried, key=lambda pair: pair[0])[1]

    def best_for_long(self, name: str, passes: int, setting: Setting) -> Setting:
        """Return a setting with the best rate for so many passes, by seed 0."""

        def cost(lr: float) -> float:
            return -self.judged(name, {**setting, "lr": lr}, passes, CHOOSE)

        lr, root = setting["lr"], 3**0.5
        losses = widened((lr, lr / root), cost, root)
        return {**setting, "lr": min(losses, key=lambda lr: losses[lr])}

    def entrant(
        self, name: str, setting: Setting, passes: int, seeds: tuple[int, ...]
    ) -> dict[str, Tensor]:
        """Return the vectors of the judged seeds, read as seed 0 says."""
        found = self.vectors(name, setting, passes, CHOOSE)
        marks = [share(V, self.asked["choose"]) for V in found]
        read, vectors = marks.index(max(marks)), {}
        for seed in seeds:
            self.judged(name, setting, passes, seed)
            V = self.vectors(name, setting, passes, seed)[read]
            vectors[f"{name} {passes} {seed}"] = V
        return vectors


def raced(contest: Contest) -> dict[str, Tensor]:
    """Return the vectors of all runs that are judged, by name, passes and seed."""
    chosen: dict[str, Setting] = {}
    spaces: dict[str, Tensor] = {}
    for name, passes in PASSES.items():
        fixed = {"most": chosen["GloVe"]["most"]} if "," in name else {}
        chosen[name] = contest.best(name, passes, fixed)
        spaces |= contest.entrant(name, chosen[name], passes, SEEDS)
    for name in RATES | {"GloVe, added": ()}:
        passes = LONG * PASSES[name]
        longer = contest.best_for_long(name, passes, chosen[name])
        spaces |= contest.entrant(name, longer, passes, LONG_SEEDS)
    return spaces


def neighbours(contest: Contest, spaces: dict[str, Tensor]) -> list[list[str]]:
    """Return the neighbours of some words, in the first judged run of a method."""
    rows = []
    for word, name in product(SHOWN, [name for name in PASSES if "," not in name]):
        V = spaces[f"{name} {PASSES[name]} {SEEDS[0]}"]
        found = nearest(V, places([word], contest.words)[0].item(), 6).tolist()
        rows.append([word, name, " ".join(contest.words[k] for k in found)])
    return rows


def written(contest: Contest) -> list[str]:
    """Make and write everything; return the names of the files."""
    spaces, asked = raced(contest), contest.asked["judge"]
    about = asked.asked.unique()
    shares = {"nouns": about.numpy().astype(np.int16)}
    rights = {key: answered(V, asked) for key, V in spaces.items()}
    rights["PPMI rows 1 0"] = answered(ppmi(contest.N), asked)
    # The places are in the order of frequency.
    rights["more frequent 1 0"] = (asked.near < asked.far).double()
    for key, found in rights.items():
        right = 2 * found
        sums = [right[asked.asked == noun].sum() for noun in about]
        shares[key] = torch.stack(sums).numpy().astype(np.int8)
    start, folder = "word_embedding_contest", contest.training.folder
    names = [f"{start}_{what}" for what in ("runs.csv", "neighbours.csv", "nouns.npz")]
    head = "name setting read passes seed choose judge".split()
    near = neighbours(contest, spaces)
    for name, lines in (
        (names[0], [head, *contest.rows]),
        (names[1], [["word", "name", "neighbours"], *near]),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(lines)
    np.savez_compressed(folder / names[2], **shares)
    return names


def main() -> int:
    """Work for a while; write what the page shows, and its record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    training = Training(__file__, seeds=[CHOOSE, *SEEDS])
    contest = Contest(training, options.seconds)
    try:
        names = written(contest)
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    training.write(names)
    for name in names:
        print(name, sha256(training.folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
