"""Analogies: pairs of words that differ alike, and the questions they make.

Chapter: book/word_embedding.md
Source:  Mikolov et al. (2013), ICLR workshop, section 4.1, for the kinds of questions,
         https://arxiv.org/abs/1301.3781; the pairs are our own
"""

from itertools import permutations
from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.word_embedding.neighbours import places

PAIRS = {
    "family": "man woman, king queen, boy girl, father mother, son daughter, "
    "brother sister, husband wife, actor actress, prince princess, he "
    "she, his her, himself herself, men women, god goddess, sons "
    "daughters",
    "country": "france french, italy italian, spain spanish, germany german, "
    "russia russian, england english, china chinese, japan japanese, "
    "greece greek, egypt egyptian, scotland scottish, ireland irish, "
    "mexico mexican, india indian, rome roman, britain british, america "
    "american, europe european, africa african, asia asian",
    "capital": "france paris, italy rome, england london, greece athens, germany "
    "berlin, russia moscow, egypt cairo, ireland dublin, spain madrid, "
    "japan tokyo, austria vienna, china beijing",
    "plural": "dog dogs, cat cats, horse horses, tree trees, flower flowers, leaf "
    "leaves, bird birds, animal animals, plant plants, child children, "
    "city cities, country countries, word words, book books, hand "
    "hands, eye eyes, car cars, ship ships, house houses, muscle "
    "muscles",
    "past": "go went, make made, take took, give gave, come came, see saw, say "
    "said, get got, find found, write wrote, walk walked, play played, "
    "work worked, live lived, use used, call called, begin began, speak "
    "spoke, run ran, fall fell",
    "comparative": "large larger, small smaller, high higher, low lower, long longer, "
    "short shorter, great greater, strong stronger, good better, old "
    "older, hot hotter, big bigger, fast faster, slow slower, hard "
    "harder, light lighter",
}  # each a word and its partner


class Asked(NamedTuple):
    """Questions: a is to b as c is to what? Places in a vocabulary."""

    a: Int[Tensor, " questions"]
    b: Int[Tensor, " questions"]
    c: Int[Tensor, " questions"]
    answers: Int[Tensor, " questions"]


def known_pairs(kind: str, vocabulary: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the pairs of a kind of which both words are in the vocabulary.

    Raises:
        ValueError: If there is no such kind.
    """
    if kind not in PAIRS:
        raise ValueError(f"kind is {kind!r}: choose from {', '.join(PAIRS)}")
    known = set(vocabulary)
    pairs = [pair.split() for pair in PAIRS[kind].split(",")]
    return [(left, right) for left, right in pairs if {left, right} <= known]


def analogy_questions(
    pairs: list[tuple[str, str]], vocabulary: tuple[str, ...]
) -> Asked:
    """Return a question for each two different pairs, in both orders.

    Raises:
        ValueError: If there are fewer than two pairs, or a word has no place.
    """
    if len(pairs) < 2:
        raise ValueError("pairs is too short: give 2 or more")
    rows = [(*first, *second) for first, second in permutations(pairs, 2)]
    columns = [places(column, vocabulary) for column in zip(*rows, strict=True)]
    return Asked(*torch.stack(columns))
