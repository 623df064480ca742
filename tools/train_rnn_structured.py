"""Train what the page on structured answers shows: names, speakers, and slots.

python -m tools.train_rnn_structured --for 60   works for a minute of CPU, then stops;
                                                call it again until it says that it is
                                                done

It writes two tables into code/ml2020/data/trained, rnn_structured_answers.csv and
rnn_structured_slots.csv, and their record once all is there. The loader,
ml2020/data/rnn_structured_runs.py, holds their sha256, printed at the end. What was
done so far is kept in _build/rnn_structured.json.

All contestants of a task have the same rates, and get more until the best of each lies
inside. A setting is chosen by the mean over networks on examples kept apart for that,
together with the time to stop; then the networks are judged on others.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ml2020.data.japanese_vowels import japanese_vowels
from ml2020.data.surnames import LANGUAGES, surnames
from ml2020.gradient_descent import Rule
from ml2020.optimization import Adam
from ml2020.rnn import (
    TAGS,
    Sequences,
    Sizes,
    Spoken,
    Tagger,
    best_paths,
    counted,
    emission_scores,
    first_tagger,
    grammar_chain,
    known_words,
    learning_answers,
    learning_tags,
    marks,
    networks,
    one_of_known,
    padded,
    picked,
    share_named,
    spelt,
    spoken_tickets,
    tagged,
    word_scores,
)
from tools.trained import Training, sha256

ANSWERS, SLOTS = "rnn_structured_answers.csv", "rnn_structured_slots.csv"
KEPT = Path("_build/rnn_structured.json")
SEEDS = range(5)
UNITS = 32
STOPS = {"names": (4, 12, 36), "speakers": (10, 20, 40)}  # passes
ANSWER_RATES = [0.001 * 3**k for k in range(5)]
SENTENCES = (25, 400)
MISHEARD = 0.1
UPDATES = (60, 120, 240)
TAGGER_RATES = [0.003 * 3**k for k in range(5)]
SMOOTHINGS = [0.01 * 3**k for k in range(7)]
CHOOSE, JUDGE = 200, 500  # sentences
Row = list[Any]


class AtRates(NamedTuple):
    """A rule whose steps grow with its rate, with a rate for each network."""

    rule: Rule[Any]
    rates: Tensor  # (networks, 1)

    def init(self, theta: Tensor) -> Any:
        """Return the memory of parameters that have not moved yet."""
        return self.rule.init(theta)

    def step(self, theta: Tensor, g: Tensor, memory: Any) -> tuple[Tensor, Any]:
        """Return theta after one step, and the new memory."""
        movement, memory = self.rule.step(torch.zeros_like(theta), g, memory)
        return theta + self.rates * movement, memory


def adam(rates: list[float], times: int) -> AtRates:
    """Return Adam at these rates, each for so many networks that follow each other."""
    at = torch.tensor(rates, dtype=torch.float32).repeat_interleave(times)
    return AtRates(Adam(lr=1.0), at[:, None])


def dice(number: int) -> torch.Generator:
    """Return dice of their own."""
    return torch.Generator().manual_seed(number)


# ---- one answer for a sequence


def parts_of(task: str) -> tuple[Sequences, Sequences, Sequences]:
    """Return what to learn from, to choose by and to judge on."""
    if task == "names":
        whole = spelt(*surnames())
        cuts = torch.arange(2400).split([1400, 400, 600])
        return tuple(picked(whole, rows) for rows in cuts)
    train, test = japanese_vowels()
    whole = padded(*train)
    place = torch.arange(270) % 30  # the place among the 30 of a speaker
    apart = [(place < 20).nonzero()[:, 0], (place >= 20).nonzero()[:, 0]]
    return picked(whole, apart[0]), picked(whole, apart[1]), padded(*test)


def answer_rows(task: str, readout: str, rates: list[float]) -> Iterator[list[Row]]:
    """Yield the rows of each rate: a network at each stop."""
    learn, choose, judge = parts_of(task)
    classes = len(LANGUAGES) if task == "names" else 9
    sizes = Sizes(learn.X.shape[-1], UNITS, classes)
    theta = networks("GRU", sizes, list(SEEDS)).repeat(len(rates), 1)
    stops, rule = STOPS[task], adam(rates, len(SEEDS))
    shares = {}
    learning = learning_answers(
        theta, "GRU", sizes, readout, rule, learn, stops[-1], generator=dice(10_000)
    )
    for passes, end in enumerate(learning, start=1):
        if passes in stops:
            for name, part in (("choose", choose), ("judge", judge)):
                found = share_named(end, "GRU", sizes, readout, part)
                shares[passes, name] = found.view(len(rates), len(SEEDS)).tolist()
    for k, lr in enumerate(rates):
        yield [
            [task, readout, lr, passes, seed]
            + [round(shares[passes, name][k][j], 4) for name in ("choose", "judge")]
            for passes in stops
            for j, seed in enumerate(SEEDS)
        ]


# ---- slots


def heard(sentences: int, seed: int) -> tuple[Spoken, Spoken, Spoken]:
    """Return sentences to learn from, to choose by and to judge on."""
    learn = spoken_tickets(sentences, MISHEARD, generator=dice(20_000 + seed))
    choose = spoken_tickets(CHOOSE, MISHEARD, generator=dice(30_000 + seed))
    judge = spoken_tickets(JUDGE, MISHEARD, generator=dice(40_000))
    return learn, choose, judge


def marked(said: Tensor, spoken: Spoken) -> list[float]:
    """Return the marks of these labels, rounded."""
    return [round(mark, 4) for mark in marks(said, spoken.s, spoken.lengths)]


def hmm_rows(sentences: int, smoothings: list[float]) -> Iterator[list[Row]]:
    """Yield the rows of each smoothing: an HMM a seed."""
    for smoothing in smoothings:
        rows = []
        for seed in SEEDS:
            learn, choose, judge = heard(sentences, seed)
            known = known_words(learn)
            X = one_of_known(learn, known)
            hmm = counted(X, learn.lengths, learn.s, len(TAGS), smoothing)
            found = []
            for part in (choose, judge):
                y = emission_scores(hmm, one_of_known(part, known))
                found += marked(best_paths(y, hmm.chain, part.lengths), part)
            rows.append(["HMM", sentences, smoothing, 0, seed, *found])
        yield rows


def tagger_rows(
    reads: str, joint: bool, sentences: int, rates: list[float]
) -> Iterator[list[Row]]:
    """Yield the rows of each rate: a tagger a seed at each stop.

    A BiLSTM without a chain is judged twice, the second time by the best path that the
    grammar allows.
    """
    by_rate: list[list[Row]] = [[] for _ in rates]
    for seed in SEEDS:
        learn, choose, judge = heard(sentences, seed)
        known = known_words(learn)
        tagger = Tagger(reads, joint, len(known) + 1, len(TAGS))
        X = {
            part: one_of_known(part_of, known)
            for part, part_of in (
                ("learn", learn),
                ("choose", choose),
                ("judge", judge),
            )
        }
        theta = first_tagger(tagger, seed).repeat(len(rates), 1)
        learning = learning_tags(
            theta,
            tagger,
            adam(rates, 1),
            (X["learn"], learn.s, learn.lengths),
            UPDATES[-1],
            generator=dice(50_000 + seed),
        )
        for updates, end in enumerate(learning, start=1):
            if updates not in UPDATES:
                continue
            for name, says in ways(tagger):
                said = [
                    (says(end, X[n], part.lengths), part)
                    for n, part in (("choose", choose), ("judge", judge))
                ]
                for k, lr in enumerate(rates):
                    found = [m for s, part in said for m in marked(s[:, k], part)]
                    by_rate[k].append([name, sentences, lr, updates, seed, *found])
    yield from by_rate


def ways(tagger: Tagger) -> Iterator[tuple[str, Callable[..., Tensor]]]:
    """Yield the names under which a tagger is judged, and how it says labels."""
    yield (
        f"{tagger.reads}{' + chain' if tagger.joint else ''}",
        (lambda theta, X, lengths: tagged(theta, tagger, X, lengths)),
    )

    def cut(theta: Tensor, X: Tensor, lengths: Tensor) -> Tensor:
        """Return the best paths that the grammar allows."""
        y, chain = word_scores(theta, tagger, X, lengths), grammar_chain()
        each = [best_paths(one, chain, lengths) for one in y.unbind(dim=1)]
        return torch.stack(each, dim=1)

    if not tagger.joint:
        yield f"{tagger.reads}, forbidden cut", cut


# ---- all of it


class OutOfTimeError(Exception):
    """This call has worked for as long as it may."""


class Runs:
    """The runs, each made once; those of earlier calls are read from a file."""

    def __init__(self, training: Training, seconds: float) -> None:
        self.training = training
        # What a run computes hangs on the package, and on what is in its key.
        code = training.record["code"].items()
        self.code = {n: found for n, found in code if not n.startswith("tools/")}
        self.rows: dict[str, list[Row]] = {}
        if KEPT.exists():
            kept = json.loads(KEPT.read_text(encoding="utf-8"))
            if kept["code"] == self.code:
                self.rows, training.earlier = kept["rows"], kept["seconds"]
        self.until = training.earlier + seconds

    def of(
        self,
        key: str,
        settings: list[float],
        make: Callable[[list[float]], Iterator[list[Row]]],
    ) -> dict[float, list[Row]]:
        """Return the rows of a contestant for each setting."""
        keys = {value: f"{key} {value:.6g}" for value in settings}
        left = [value for value in settings if keys[value] not in self.rows]
        if left:
            if self.training.seconds > self.until:
                raise OutOfTimeError
            for value, rows in zip(left, make(left), strict=True):
                self.rows[keys[value]] = rows
            print(f"{key}: {self.training.seconds:.0f} seconds", flush=True)
            kept = {"code": self.code, "rows": self.rows}
            kept["seconds"] = self.training.seconds
            KEPT.parent.mkdir(exist_ok=True)
            KEPT.write_text(json.dumps(kept), encoding="utf-8")
        return {value: self.rows[keys[value]] for value in settings}

    def grid(
        self,
        key: str,
        settings: list[float],
        make: Callable[[list[float]], Iterator[list[Row]]],
        measure: int,
    ) -> list[Row]:
        """Return all rows of a contestant, of more settings if the best is an edge."""
        settings = list(settings)
        while True:
            found = self.of(key, settings, make)
            names = {row[0] for rows in found.values() for row in rows}
            best = {best_setting(found, name, measure) for name in names}
            more = {min(settings) / 3} if min(settings) in best else set()
            more |= {max(settings) * 3} if max(settings) in best else set()
            if not more:
                return [row for value in sorted(found) for row in found[value]]
            settings += more


def best_setting(found: dict[float, list[Row]], name: str, measure: int) -> float:
    """Return the setting with the best mean over seeds, at its best stop."""
    means: dict[tuple[float, int], list[float]] = {}
    for value, rows in found.items():
        for row in rows:
            if row[0] == name:
                means.setdefault((value, row[3]), []).append(row[measure])
    return max(means, key=lambda key: mean(means[key]))[0]


def all_answers(runs: Runs) -> list[Row]:
    """Return the rows of what gives one answer."""
    found: list[Row] = []
    for task in STOPS:
        for readout in ("last", "mean"):
            found += runs.grid(
                f"{task} {readout}",
                ANSWER_RATES,
                lambda r, a=task, b=readout: answer_rows(a, b, r),
                5,
            )
    return found


def all_slots(runs: Runs, sentences: int) -> list[Row]:
    """Return the rows of what labels, after so many sentences."""
    found = runs.grid(
        f"HMM {sentences}", SMOOTHINGS, lambda s: hmm_rows(sentences, s), 5
    )
    for reads in ("window", "BiLSTM"):
        for joint in (False, True):
            found += runs.grid(
                f"{reads} {joint} {sentences}",
                TAGGER_RATES,
                lambda r, a=reads, b=joint: tagger_rows(a, b, sentences, r),
                5,
            )
    return found


def settings_and_seed(row: Row) -> Row:
    """Return by what rows are sorted."""
    return row[:5]


def main() -> int:
    """Work for a while; write the tables and their record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    training = Training(__file__, seeds=list(SEEDS))
    runs, slots = Runs(training, options.seconds), []
    try:
        for sentences in SENTENCES:
            slots += all_slots(runs, sentences)
        answers = all_answers(runs)
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    head = "task readout lr passes seed choose judge".split()
    training.write_table(ANSWERS, head, sorted(answers, key=settings_and_seed))
    head = (
        "name sentences setting updates seed choose_f1 choose_whole choose_forbidden"
        " f1 whole forbidden"
    ).split()
    training.write_table(SLOTS, head, sorted(slots, key=settings_and_seed))
    training.write([ANSWERS, SLOTS])
    for name in (ANSWERS, SLOTS):
        print(name, sha256(training.folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
