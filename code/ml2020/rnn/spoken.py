"""Spoken tickets: longer names of cities, words misheard, and labels B, I and O.

Synthetic: the forms of `tickets`, each as likely as the others; half of the cities have
two words; then each word is misheard with a given probability, which puts a word of the
whole grammar in its place, each as likely, now and then the same. Labels stay what was
meant.

Chapter: book/rnn_structured.md
Source:  Lee (2020), recurrent networks: slot filling; B, I and O in the way of Tjong
         Kim Sang and Veenstra (1999), IOB2, https://aclanthology.org/E99-1023/
"""

from collections import Counter
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.tickets import (
    CITIES,
    DAYS,
    FORMS,
    MONTHS,
    PAST_THE_END,
    some,
)
from ml2020.rnn.words import one_of_n
from ml2020.support.checks import check_at_least, check_sentences, check_share

LONG_CITIES = (
    *("new york", "new delhi", "san jose", "san juan", "hong kong", "tel aviv"),
    *("mexico city", "kuwait city", "cape town", "santa fe", "la paz", "addis ababa"),
)
TAGS = ("O", "B-from", "I-from", "B-to", "I-to", "B-time", "I-time")


class Spoken(NamedTuple):
    """Sentences as heard, the labels meant (-100 behind the end), and their lengths."""

    words: list[list[str]]
    s: Int[Tensor, "T n"]
    lengths: Int[Tensor, " n"]


def spoken_words() -> list[str]:
    """Return all words of the grammar, in order of the alphabet."""
    plain = {word for form in FORMS for word in form.split() if word[0] != "{"}
    cities = {word for city in CITIES + LONG_CITIES for word in city.split()}
    return sorted(plain | cities | {*MONTHS, *DAYS})


def parts_of(form: str) -> list[tuple[str, str, tuple[int, ...]]]:
    """Return of each part of a form the word, its slot or O, and how many words."""
    slots = [word.strip("{}") if word[0] == "{" else "O" for word in form.split()]
    sizes = {"O": (1,), "time": (2,)}
    return [
        (word, slot, sizes.get(slot, (1, 2)))
        for word, slot in zip(form.split(), slots, strict=True)
    ]


def tags_of(slot: str, size: int) -> list[str]:
    """Return the labels of a slot of so many words, or of a word outside of any."""
    return ["O"] if slot == "O" else [f"B-{slot}", f"I-{slot}"][:size]


def meant(
    form: str, *, generator: torch.Generator | None = None
) -> tuple[list[str], list[int]]:
    """Return a sentence of this form, and the label of each of its words."""
    cities = some(CITIES + LONG_CITIES, 2, generator=generator)
    day = [*some(MONTHS, 1, generator=generator), *some(DAYS, 1, generator=generator)]
    words, labels = [], []
    for word, slot, _ in parts_of(form):
        new = {"O": [word], "time": day}.get(slot) or cities.pop().split()
        words += new
        labels += [TAGS.index(tag) for tag in tags_of(slot, len(new))]
    return words, labels


def spoken_tickets(
    n: int, misheard: float, *, generator: torch.Generator | None = None
) -> Spoken:
    """Return n sentences.

    Args:
        n: 1 or more.
        misheard: The probability that a word is replaced, from 0 to below 1.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If n is below 1, or the probability is none.
    """
    check_at_least("n", n, 1)
    check_share("misheard", misheard)
    forms = torch.randint(len(FORMS), (n,), generator=generator).tolist()
    pairs = [meant(FORMS[k], generator=generator) for k in forms]
    known = spoken_words()
    for words, _ in pairs:
        dice = torch.rand(len(words), generator=generator, dtype=torch.float32)
        others = torch.randint(len(known), (len(words),), generator=generator)
        for k in (dice < misheard).nonzero()[:, 0].tolist():
            words[k] = known[int(others[k])]
    return labelled(pairs)


def labelled(sentences: list[tuple[list[str], list[int]]]) -> Spoken:
    """Return sentences with the label of each word, side by side.

    Raises:
        ValueError: If there is none, one has no word, or labels do not match the words.
    """
    check_sentences(sentences)
    lengths = torch.tensor([len(words) for words, _ in sentences], dtype=torch.int64)
    shape = int(lengths.max()), len(sentences)
    s = torch.full(shape, PAST_THE_END, dtype=torch.int64)
    for k, (words, labels) in enumerate(sentences):
        s[: len(words), k] = torch.tensor(labels, dtype=torch.int64)
    return Spoken([words for words, _ in sentences], s, lengths)


def known_words(spoken: Spoken) -> list[str]:
    """Return the words that come up at least twice; the others teach *other*."""
    counts = Counter(word for words in spoken.words for word in words)
    return sorted(word for word, count in counts.items() if count > 1)


def one_of_known(spoken: Spoken, known: list[str]) -> Float[Tensor, "T n places"]:
    """Return each word 1-of-N, with a last place for all others; 0 behind the end."""
    T, n = spoken.s.shape
    X = torch.zeros(T, n, len(known) + 1, dtype=torch.float32)
    rows = one_of_n([word for words in spoken.words for word in words], known)
    for k, piece in enumerate(torch.split(rows, spoken.lengths.tolist())):
        X[: len(piece), k] = piece
    return X
