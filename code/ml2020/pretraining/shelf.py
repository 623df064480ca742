"""Shelf: sentences to read without labels, and some that are put aside.

Twenty pairs of nouns are spelled alike in it, so that the truth about a word with two
meanings is known.

Chapter: book/pretraining_words.md
Source:  the glosses of ml2020/data/glosses.py; pseudo-words: Gale, Church and Yarowsky
         (1992), and Schütze (1992)
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from ml2020.data.glosses import glosses
from ml2020.support.checks import check_at_least

GLUED, LOTS = 20, 27  # pairs of words, and the seed of their lots
OFTEN = (100, 500)  # how often each of them stands in the text
ASIDE = 10  # one gloss in so many is put aside
MOST = 30  # words that are read of a sentence


class Shelf(NamedTuple):
    """Sentences as numbers of words; what is glued has the number of the first.

    Attributes:
        words: The vocabulary, the most frequent first.
        text: Sentence after sentence.
        meant: The same, before words were glued.
        starts: Where each sentence begins.
        lengths: How many words it has, at most MOST of them read.
        glosses: The gloss of each sentence.
        pairs: The words that are glued, the second onto the first (2, 20).
    """

    words: tuple[str, ...]
    text: Int[Tensor, " tokens"]
    meant: Int[Tensor, " tokens"]
    starts: Int[Tensor, " sentences"]
    lengths: Int[Tensor, " sentences"]
    glosses: Int[Tensor, " sentences"]
    pairs: Int[Tensor, "2 pairs"]


@cache
def shelf() -> Shelf:
    """Return all sentences. Treat the tensors as read-only."""
    g = glosses()
    lengths = g.sentences.bincount()
    starts = lengths.cumsum(0) - lengths
    pairs = glued_pairs()
    spelled = torch.arange(len(g.words))
    spelled[pairs[1]] = pairs[0]
    return Shelf(
        g.words,
        spelled[g.text],
        g.text,
        starts,
        lengths.clamp(max=MOST),
        g.glosses[starts],
        pairs,
    )


@cache
def glued_pairs() -> Int[Tensor, "2 pairs"]:
    """Return pairs of nouns drawn by lot: each of one kind, both of different ones."""
    g = glosses()
    often = g.text.bincount(minlength=len(g.words))
    fits = (g.meanings >= 0) & (often >= OFTEN[0]) & (often <= OFTEN[1])
    words = (fits & (g.senses <= 3)).nonzero()[:, 0]
    lots = torch.Generator().manual_seed(LOTS)
    drawn = words[torch.randperm(len(words), generator=lots)].tolist()
    kind = g.kinds[g.meanings].tolist()
    pairs: list[list[int]] = []
    while len(pairs) < GLUED:
        first = drawn.pop(0)
        second = next(word for word in drawn if kind[word] != kind[first])
        drawn.remove(second)
        pairs.append([first, second])
    return torch.tensor(pairs, dtype=torch.int64).T


def aside(found: Shelf) -> Bool[Tensor, " sentences"]:
    """Return which sentences no pre-training reads: those of each tenth gloss."""
    return found.glosses % ASIDE == 0


def said(found: Shelf, sentence: int) -> list[int]:
    """Return the words of a sentence.

    Raises:
        ValueError: If there is no such sentence.
    """
    check_sentence(found, sentence)
    start, length = int(found.starts[sentence]), int(found.lengths[sentence])
    return found.text[start : start + length].tolist()


def as_words(found: Shelf, symbols: Sequence[int]) -> str:
    """Return words as text; those that are glued with a stroke between them.

    Raises:
        ValueError: If a number is no word's.
    """
    check_known(found, symbols)
    both = dict(found.pairs.T.tolist())
    return " ".join(
        f"{found.words[k]}/{found.words[both[k]]}" if k in both else found.words[k]
        for k in symbols
    )


def check_sentence(found: Shelf, sentence: int) -> None:
    """Refuse sentences that there are not."""
    check_at_least("sentence", sentence, 0)
    if sentence >= len(found.starts):
        raise ValueError(f"sentence is {sentence}: give one below {len(found.starts)}")


def check_known(found: Shelf, symbols: Sequence[int]) -> None:
    """Refuse what is no number of a word."""
    if not all(0 <= k < len(found.words) for k in symbols):
        raise ValueError(f"symbols are outside 0 to {len(found.words) - 1}: drop those")
