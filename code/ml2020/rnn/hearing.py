"""Hearing: what a ticket most likely meant, for who knows the grammar and the errors.

By Bayes' rule, exactly: nobody who hears no more can be right more often.

Chapter: book/rnn_structured.md
Source:  Bayes' rule, with the draws of `spoken` as they are
"""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

import torch
from torch import Tensor

from ml2020.rnn.spoken import LONG_CITIES, TAGS, parts_of, spoken_words, tags_of
from ml2020.rnn.tickets import CITIES, DAYS, FORMS, MONTHS
from ml2020.support.checks import check_share

KNOWN = len(spoken_words())
TOWNS = tuple(CITIES + LONG_CITIES)


def likely_of(things: Sequence[str], heard: list[str], misheard: float) -> Tensor:
    """Return the probability that these words are heard, by what was meant."""
    by_chance, clear = misheard / KNOWN, 1 - misheard
    return torch.tensor(
        [
            prod(
                by_chance + clear * (h == m) for h, m in zip(heard, meant, strict=True)
            )
            if len(meant) == len(heard)
            else 0.0
            for meant in map(str.split, things)
        ],
        dtype=torch.float64,
    )


def readings(
    form: str, words: list[str], misheard: float
) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield the paths of a form that fit in length, with the probability of the words.

    It is summed over all cities, months and days.
    """
    parts = parts_of(form)
    for sizes in product(*(counts for *_, counts in parts)):
        if sum(sizes) != len(words):
            continue
        left, path, p, towns = words, [], 1.0, []
        for (word, slot, _), size in zip(parts, sizes, strict=True):
            here, left = left[:size], left[size:]
            path += tags_of(slot, size)
            if slot == "O":
                p *= likely_of([word], here, misheard).item()
            elif slot == "time":
                p *= likely_of(MONTHS, here[:1], misheard).mean().item()
                p *= likely_of(DAYS, here[1:], misheard).mean().item()
            else:
                towns.append(likely_of(TOWNS, here, misheard))
        yield tuple(map(TAGS.index, path)), p * different(towns)


def different(towns: list[Tensor]) -> float:
    """Return the mean over all ways to draw one city, or two that are not the same."""
    n = len(towns[0])
    if len(towns) == 1:
        return towns[0].mean().item()
    one, other = towns
    same = (one * other).sum()
    return ((one.sum() * other.sum() - same) / (n * (n - 1))).item()


def most_likely_meant(words: list[str], misheard: float) -> tuple[list[int], float]:
    """Return the labels that were most likely meant, and the probability of that.

    Args:
        words: As heard.
        misheard: The probability that a word is replaced, from 0 to below 1.

    Raises:
        ValueError: If the probability is none, or no ticket can be heard so.
    """
    check_share("misheard", misheard)
    shares: dict[tuple[int, ...], float] = {}
    for form in FORMS:
        for path, p in readings(form, words, misheard):
            shares[path] = shares.get(path, 0.0) + p
    total = sum(shares.values())
    check_ticket(total)
    best = max(shares, key=lambda path: shares[path])
    return list(best), shares[best] / total


def check_ticket(total: float) -> None:
    """Refuse what no ticket sounds like.

    Raises:
        ValueError: If it has no probability.
    """
    if not total > 0:
        raise ValueError("words are heard of no ticket: give 7 to 12 of its words")
