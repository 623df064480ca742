"""Train what the page on structured answers shows: names, mails, speakers, and slots.

python -m tools.train_rnn_structured --for 60   works for a minute of CPU, then stops;
                                                call it again until it says that it is
                                                done

It writes two tables into code/ml2020/data/trained, rnn_structured_answers.csv and
rnn_structured_slots.csv, and their record once all is there. The loader,
ml2020/data/rnn_structured_runs.py, holds their sha256, printed at the end. What was
done so far is kept in _build/rnn_structured.json.

All contestants of a task have the same rates, brakes and times to stop, and get more
rates until the best of each lies inside. A setting is chosen by the mean over networks
on examples kept apart for that. Then other networks are drawn, of taggers also other
sentences to learn from and to be judged on, and trained with that setting alone. Some
of these train on, to show what more time brings.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ml2020.data.japanese_vowels import japanese_vowels
from ml2020.data.spam import RARE, mails
from ml2020.data.surnames import LANGUAGES, surnames
from ml2020.gradient_descent import Rule
from ml2020.optimization import Adam
from ml2020.rnn import (
    READOUTS,
    TAGS,
    Chain,
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
    one_of_n,
    padded,
    picked,
    share_named,
    spelt,
    spoken_tickets,
    strict_chain,
    tagged,
    word_scores,
)
from tools.trained import Training, sha256

ANSWERS, SLOTS = "rnn_structured_answers.csv", "rnn_structured_slots.csv"
KEPT = Path("_build/rnn_structured.json")
CHOOSING, JUDGED, LONG = range(2), range(100, 105), range(100, 110)  # seeds
MANY = range(100, 115)  # to judge taggers by, but for those that cost most:
FEWER = {25: range(100, 110), 400: range(100, 110)}  # BiLSTMs
UNITS = 64
STOPS = {  # passes
    "names": (4, 12, 24),
    "mails": (1, 2, 4),
    "speakers": (10, 20, 40),
}
CLASSES = {"names": len(LANGUAGES), "mails": 2}  # speakers: 9
KNOWN = 20  # mails to learn from that have a word that a reader of mails knows
ANSWER_RATES = [0.001 * 3**k for k in range(5)]
ANSWER_DECAYS = (0.0, 0.1)
SENTENCES = (25, 400)
MISHEARD = 0.1
UPDATES, LONGEST = (60, 120, 240), 1200
TAGGER_RATES = [0.009 * 3**k for k in range(3)]
TAGGER_DECAYS, DROPPED = (0.0, 0.1, 0.3), (0.0, 0.2)
ALONE, LEARNED, GIVEN = (False, False), (True, False), (False, True)  # of chains:
READS = {  # whether they learn one, whether they learn with one that is given
    "one word": (LEARNED,),
    "window": (ALONE, LEARNED, GIVEN),
    "wide window": (LEARNED,),
    "BiLSTM": (ALONE, LEARNED, GIVEN),
}
SMOOTHINGS = [0.01 * 3**k for k in range(7)]
CHOOSE, JUDGE = 200, 500  # sentences
LONGER = [(r, *k) for r in READS if r != "one word" for k in READS[r]]  # train on,
LONG_DECAY, LONG_DROPPED = 0.1, 0.2  # all of them with these brakes
Row = list[Any]
Named = tuple[Any, Any]  # of whom, in which task
Pairs = list[tuple[float, float]]  # rates and decays


class AtRates(NamedTuple):
    """A rule whose steps grow with its rate, and decay beside it as in AdamW.

    Each network has a rate and a decay of its own.
    """

    rule: Rule[Any]
    rates: Tensor  # (networks, 1)
    decays: Tensor  # (networks, 1)

    def init(self, theta: Tensor) -> Any:
        """Return the memory of parameters that have not moved yet."""
        return self.rule.init(theta)

    def step(self, theta: Tensor, g: Tensor, memory: Any) -> tuple[Tensor, Any]:
        """Return theta after one step, and the new memory."""
        movement, memory = self.rule.step(torch.zeros_like(theta), g, memory)
        return theta + self.rates * (movement - self.decays * theta), memory


def adam(pairs: Pairs, times: int) -> AtRates:
    """Return Adam at these rates and decays, each for so many networks in a row."""
    rates, decays = torch.tensor(pairs, dtype=torch.float32).T
    each = (part.repeat_interleave(times)[:, None] for part in (rates, decays))
    return AtRates(Adam(lr=1.0), *each)


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
    if task == "mails":
        whole, cuts = by_words(), torch.arange(2000).split([1200, 300, 500])
        return tuple(picked(whole, rows) for rows in cuts)
    train, test = japanese_vowels()
    whole = padded(*train)
    place = torch.arange(270) % 30  # the place among the 30 of a speaker
    apart = [(place < 20).nonzero()[:, 0], (place >= 20).nonzero()[:, 0]]
    return picked(whole, apart[0]), picked(whole, apart[1]), padded(*test)


def by_words() -> Sequences:
    """Return the mails, each word 1-of-N with a last place for all others."""
    words, spam = mails()
    mails_with = Counter(word for mail in words[:1200] for word in set(mail))
    known = sorted(w for w, c in mails_with.items() if c >= KNOWN and w != RARE)
    return padded([one_of_n(mail, known) for mail in words], spam)


def answer_rows(
    stage: str,
    task: str,
    readout: str,
    pairs: Pairs,
    stops: tuple[int, ...],
) -> list[Row]:
    """Return the rows of these rates and decays: a network at each stop."""
    learn, choose, judge = parts_of(task)
    seeds, part = (CHOOSING, choose) if stage == "choose" else (JUDGED, judge)
    sizes = Sizes(learn.X.shape[-1], UNITS, CLASSES.get(task, 9))
    theta = networks("GRU", sizes, list(seeds)).repeat(len(pairs), 1)
    rule = adam(pairs, len(seeds))
    learning = learning_answers(
        theta, "GRU", sizes, readout, rule, learn, stops[-1], generator=dice(10_000)
    )
    rows = []
    for passes, end in enumerate(learning, start=1):
        if passes in stops:
            share = share_named(end, "GRU", sizes, readout, part)
            found = share.view(len(pairs), len(seeds)).tolist()
            rows += [
                [stage, task, readout, *pair, passes, seed, round(found[k][j], 4)]
                for k, pair in enumerate(pairs)
                for j, seed in enumerate(seeds)
            ]
    return rows


# ---- slots


def heard(sentences: int, seed: int) -> tuple[Spoken, Spoken, Spoken]:
    """Return sentences to learn from, to choose by and to judge on."""
    learn = spoken_tickets(sentences, MISHEARD, generator=dice(20_000 + seed))
    choose = spoken_tickets(CHOOSE, MISHEARD, generator=dice(30_000 + seed))
    judge = spoken_tickets(JUDGE, MISHEARD, generator=dice(40_000 + seed))
    return learn, choose, judge


def marked(said: Tensor, spoken: Spoken) -> list[float]:
    """Return the marks of these labels, rounded."""
    return [round(mark, 4) for mark in marks(said, spoken.s, spoken.lengths)]


def hmm_rows(
    stage: str, sentences: int, smoothings: list[float], seeds: range
) -> list[Row]:
    """Return the rows of each smoothing: an HMM a seed."""
    rows = []
    for smoothing, seed in product(smoothings, seeds):
        learn, *parts = heard(sentences, seed)
        part = parts[stage != "choose"]
        known = known_words(learn)
        X = one_of_known(learn, known)
        hmm = counted(X, learn.lengths, learn.s, len(TAGS), smoothing)
        y = emission_scores(hmm, one_of_known(part, known))
        said = best_paths(y, hmm.chain, part.lengths)
        setting = ["HMM", sentences, smoothing, 0.0, 0.0, 0]
        rows.append([stage, *setting, seed, *marked(said, part)])
    return rows


class Course(NamedTuple):
    """How taggers are trained, side by side, and when they are judged, as what."""

    stage: str
    tagger: tuple[str, bool]  # what it reads, whether it has a chain
    sentences: int
    pairs: Pairs
    dropped: float
    stops: dict[int, str]  # the stage under which its marks stand
    given: bool = False  # whether the chain is that of all rules


def tagger_rows(course: Course, seed: int) -> list[Row]:
    """Return the rows of each rate and decay: a tagger at each stop.

    One without a chain is judged as such, and by the best paths that a grammar allows.
    """
    learn, *parts = heard(course.sentences, seed)
    part = parts[course.stage != "choose"]
    known = known_words(learn)
    tagger = Tagger(*course.tagger, len(known) + 1, len(TAGS))
    given = strict_chain() if course.given else None
    X = one_of_known(part, known)
    learning = learning_tags(
        first_tagger(tagger, seed).repeat(len(course.pairs), 1),
        tagger,
        adam(course.pairs, 1),
        (one_of_known(learn, known), learn.s, learn.lengths),
        max(course.stops),
        dropped=course.dropped,
        given=given,
        generator=dice(50_000 + seed),
    )
    rows = []
    for updates, end in enumerate(learning, start=1):
        if updates not in course.stops:
            continue
        for name, says in ways(tagger, course.given):
            said = says(end, X, part.lengths)
            for k, pair in enumerate(course.pairs):
                setting = [name, course.sentences, *pair, course.dropped, updates]
                found = marked(said[:, k], part)
                rows.append([course.stops[updates], *setting, seed, *found])
    return rows


def ways(tagger: Tagger, given: bool) -> Iterator[tuple[str, Callable[..., Tensor]]]:
    """Yield the names under which a tagger is judged, and how it says labels."""

    def by(chain: Chain) -> Callable[..., Tensor]:
        """Return how labels are said that a chain without preferences allows."""

        def cut(theta: Tensor, X: Tensor, lengths: Tensor) -> Tensor:
            """Return the best paths of those allowed."""
            y = word_scores(theta, tagger, X, lengths)
            each = [best_paths(one, chain, lengths) for one in y.unbind(dim=1)]
            return torch.stack(each, dim=1)

        return cut

    if given:
        yield f"{tagger.reads} + given chain", by(strict_chain())
        return
    yield (
        f"{tagger.reads}{' + chain' if tagger.joint else ''}",
        (lambda theta, X, lengths: tagged(theta, tagger, X, lengths)),
    )
    if not tagger.joint:
        yield f"{tagger.reads}, rules", by(grammar_chain())
        yield f"{tagger.reads}, all rules", by(strict_chain())


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

    def of(self, key: str, make: Callable[[], list[Row]]) -> list[Row]:
        """Return the rows of a run."""
        if key not in self.rows:
            if self.training.seconds > self.until:
                raise OutOfTimeError
            self.rows[key] = make()
            print(f"{key}: {self.training.seconds:.0f} seconds", flush=True)
            kept = {"code": self.code, "rows": self.rows}
            kept["seconds"] = self.training.seconds
            KEPT.parent.mkdir(exist_ok=True)
            KEPT.write_text(json.dumps(kept), encoding="utf-8")
        return self.rows[key]


def grid(
    rates: list[float], make: Callable[[list[float]], list[Row]], seed_at: int
) -> list[Row]:
    """Return all rows of a contestant, of more rates if the best is an edge."""
    rows, tried = make(rates), list(rates)
    while True:
        best = {setting[0] for setting in best_settings(rows, seed_at).values()}
        more = [min(tried) / 3] if min(tried) in best else []
        more += [max(tried) * 3] if max(tried) in best else []
        if not more:
            return rows
        rows, tried = rows + make(more), tried + more


def best_settings(rows: list[Row], seed_at: int) -> dict[Named, tuple[Any, ...]]:
    """Return, by name, the setting with the best mean over seeds of the first mark.

    Args:
        rows: A stage, two that name a contestant, its setting, a seed and marks.
        seed_at: The place of the seed.
    """
    means: dict[tuple[Any, ...], list[float]] = {}
    for row in rows:
        means.setdefault(tuple(row[1:seed_at]), []).append(row[seed_at + 1])
    best: dict[Named, tuple[Any, ...]] = {}
    for name, other, *setting in sorted(means, key=lambda key: -mean(means[key])):
        best.setdefault((name, other), tuple(setting))
    return best


def all_answers(runs: Runs, task: str, readout: str) -> list[Row]:
    """Return the rows of networks that give one answer."""

    def of(stage: str, pairs: Pairs, stops: tuple[int, ...]) -> list[Row]:
        """Return the rows of a stage."""
        return runs.of(
            f"{stage} {task} {readout} {pairs} {stops}",
            lambda: answer_rows(stage, task, readout, pairs, stops),
        )

    def chosen(rates: list[float]) -> list[Row]:
        """Return the rows by which one chooses."""
        return of("choose", list(product(rates, ANSWER_DECAYS)), STOPS[task])

    rows = grid(ANSWER_RATES, chosen, 6)
    ((lr, decay, passes),) = best_settings(rows, 6).values()
    return rows + of("judge", [(lr, decay)], (passes,))


def hmms(runs: Runs, sentences: int) -> list[Row]:
    """Return the rows of HMMs, after so many sentences."""

    def of(stage: str, smoothings: list[float], seeds: range) -> list[Row]:
        """Return the rows of a stage."""
        return runs.of(
            f"{stage} HMM {sentences} {smoothings} {seeds}",
            lambda: hmm_rows(stage, sentences, smoothings, seeds),
        )

    rows = grid(SMOOTHINGS, lambda s: of("choose", s, CHOOSING), 7)
    ((smoothing, *_),) = best_settings(rows, 7).values()
    return rows + of("judge", [smoothing], MANY)


def all_tags(
    runs: Runs, sentences: int, tagger: tuple[str, bool], given: bool
) -> list[Row]:
    """Return the rows of taggers, after so many sentences."""

    def of(course: Course, seed: int) -> list[Row]:
        """Return the rows of a course."""
        return runs.of(f"{course} {seed}", lambda: tagger_rows(course, seed))

    def chosen(rates: list[float]) -> list[Row]:
        """Return the rows by which one chooses."""
        pairs = list(product(rates, TAGGER_DECAYS))
        stops = dict.fromkeys(UPDATES, "choose")
        return [
            row
            for dropped in DROPPED
            for seed in CHOOSING
            for row in of(
                Course("choose", tagger, sentences, pairs, dropped, stops, given), seed
            )
        ]

    rows = grid(TAGGER_RATES, chosen, 7)
    many = FEWER[sentences] if tagger[0] == "BiLSTM" else MANY
    for (name, _), (lr, decay, dropped, updates) in best_settings(rows, 7).items():
        setting = sentences, [(lr, decay)], dropped, {updates: "judge"}
        for seed in many:
            course = Course("judge", tagger, *setting, given)
            rows += [row for row in of(course, seed) if row[1] == name]
    return rows


def long_tags(runs: Runs, rate: dict[str, float]) -> list[Row]:
    """Return the rows of taggers that learn for long, all by the same brakes.

    Args:
        runs: What was done so far.
        rate: Of each reader, with a chain.
    """
    courses = [
        Course(
            "long",
            (reads, joint),
            SENTENCES[-1],
            [(rate[reads], LONG_DECAY)],
            LONG_DROPPED,
            {LONGEST: "long"},
            given,
        )
        for reads, joint, given in LONGER
    ]
    return [
        row
        for course in courses
        for seed in LONG
        for row in runs.of(
            f"{course} {seed}",
            lambda course=course, seed=seed: tagger_rows(course, seed),
        )
    ]


def main() -> int:
    """Work for a while; write the tables and their record when all is done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=float, default=3000, dest="seconds")
    options = parser.parse_args()
    torch.set_num_threads(1)
    training = Training(__file__, seeds=[*CHOOSING, *MANY])
    runs, slots, answers = Runs(training, options.seconds), [], []
    try:
        for sentences in SENTENCES:
            slots += hmms(runs, sentences)
        for (reads, kinds), sentences in product(READS.items(), SENTENCES):
            for joint, given in kinds:
                slots += all_tags(runs, sentences, (reads, joint), given)
        rate = {
            name.removesuffix(" + chain"): lr
            for stage, name, sentences, lr, *_ in slots
            if (stage, sentences) == ("judge", SENTENCES[-1])
            if name.endswith(" + chain")
        }
        slots += long_tags(runs, rate)
        for task, readout in product(STOPS, READOUTS):
            answers += all_answers(runs, task, readout)
    except OutOfTimeError:
        print(f"{training.seconds:.0f} seconds of CPU so far: call it again")
        return 1
    head = "stage task readout lr decay passes seed right".split()
    training.write_table(ANSWERS, head, sorted(answers))
    head = (
        "stage name sentences setting decay dropped updates seed f1 whole forbidden"
    ).split()
    training.write_table(SLOTS, head, sorted(slots))
    training.write([ANSWERS, SLOTS])
    for name in (ANSWERS, SLOTS):
        print(name, sha256(training.folder / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
