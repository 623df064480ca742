"""Tickets: sentences of a booking system, from a grammar that is stated whole.

Synthetic: a form is drawn, each as likely as the others, then cities without
repetition, a month and a day.

Chapter: book/rnn_memory.md
Source:  Lee (2020), recurrent networks: arrive or leave Taipei on November 2nd
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.words import one_of_n
from ml2020.support.checks import check_at_least

FORMS = (
    "i would like to arrive {to} on {time}",
    "i would like to leave {from} on {time}",
    "leave {from} on {time} and arrive {to}",
    "arrive {to} and leave {from} on {time}",
    "on {time} from {from} to {to}",
    "to {to} from {from} on {time}",
    "{to} is where i would like to arrive on {time}",
    "{from} is where i would like to leave on {time}",
    "make {to} my destination on {time}",
    "make {from} my departure on {time}",
)
LABELS = ("-", "from", "to", "time")
CITIES = (
    *("taipei", "boston", "kyoto", "lima", "oslo", "cairo"),
    *("delhi", "rome", "quito", "seoul", "hanoi", "paris"),
)
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
DAYS = ("1st", "2nd", "3rd", *(f"{day}th" for day in range(4, 21)))
PAST_THE_END = -100  # what torch's cross entropy leaves out


class Batch(NamedTuple):
    """Sentences side by side, time first; behind the end of one all inputs are 0.

    Attributes:
        X: The words, 1-of-N (T, n, places).
        labels: The slot of each (T, n), -100 behind the end.
        lengths: Of the sentences (n,).
        words: The sentences themselves.
    """

    X: Float[Tensor, "T n places"]
    labels: Int[Tensor, "T n"]
    lengths: Int[Tensor, " n"]
    words: list[list[str]]


def vocabulary() -> list[str]:
    """Return all words of the grammar, in order of the alphabet."""
    plain = {word for form in FORMS for word in form.split() if word[0] != "{"}
    return sorted(plain | {*CITIES, *MONTHS, *DAYS})


def some(
    things: tuple[str, ...], count: int, *, generator: torch.Generator | None = None
) -> list[str]:
    """Return some of the things, each at most once."""
    order = torch.randperm(len(things), generator=generator)
    return [things[place] for place in order[:count].tolist()]


def filled(
    form: str, *, generator: torch.Generator | None = None
) -> tuple[list[str], list[int]]:
    """Return a sentence of this form, and the slot of each of its words."""
    cities = some(CITIES, 2, generator=generator)
    time = [*some(MONTHS, 1, generator=generator), *some(DAYS, 1, generator=generator)]
    words, labels = [], []
    for word in form.split():
        slot = word.strip("{}") if word[0] == "{" else "-"
        new = {"-": [word], "time": time}.get(slot) or [cities.pop()]
        words += new
        labels += [LABELS.index(slot)] * len(new)
    return words, labels


def ticket_batch(n: int, *, generator: torch.Generator | None = None) -> Batch:
    """Return n sentences.

    Args:
        n: 1 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If n is below 1.
    """
    check_at_least("n", n, 1)
    forms = torch.randint(len(FORMS), (n,), generator=generator).tolist()
    return side_by_side([filled(FORMS[k], generator=generator) for k in forms])


def chosen(batch: Batch, rows: Int[Tensor, " k"]) -> Batch:
    """Return some sentences of a batch, as a batch."""
    words = [batch.words[row] for row in rows.tolist()]
    return Batch(batch.X[:, rows], batch.labels[:, rows], batch.lengths[rows], words)


def side_by_side(sentences: list[tuple[list[str], list[int]]]) -> Batch:
    """Return sentences, with the slot of each word, as a batch.

    Raises:
        ValueError: If there is no sentence, or one has no word.
    """
    check_sentences(sentences)
    known, n = vocabulary(), len(sentences)
    lengths = torch.tensor([len(words) for words, _ in sentences], dtype=torch.int64)
    T = int(lengths.max())
    X = torch.zeros(T, n, len(known) + 1, dtype=torch.float32)
    labels = torch.full((T, n), PAST_THE_END, dtype=torch.int64)
    rows = one_of_n([word for words, _ in sentences for word in words], known)
    pieces = torch.split(rows, lengths.tolist())
    for k, (words, slots) in enumerate(sentences):
        X[: len(words), k] = pieces[k]
        labels[: len(words), k] = torch.tensor(slots, dtype=torch.int64)
    return Batch(X, labels, lengths, [words for words, _ in sentences])


def check_sentences(sentences: list[tuple[list[str], list[int]]]) -> None:
    """Refuse sentences of length 0, and slots that are too many or too few.

    Raises:
        ValueError: If there is one, or no sentence at all.
    """
    if not sentences:
        raise ValueError("sentences is empty: give at least one")
    for k, (words, slots) in enumerate(sentences):
        if not words or len(words) != len(slots):
            counts = f"{len(words)} words, {len(slots)} slots"
            raise ValueError(f"sentences[{k}] has {counts}: give as many, 1 or more")
