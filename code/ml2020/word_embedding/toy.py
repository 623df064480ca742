"""Toy text: sentences made by a rule, so that one knows what words have in common.

Chapter: book/word_embedding.md
Source:  the sentences about a swearing-in follow the example of Lee (2020); the rest is
         our own
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor

from ml2020.support.checks import check_at_least

LISTS = {
    "PRESIDENTS": "ma tsai chen lee".split(),
    "PLAYERS": "bach liszt chopin haydn".split(),
    "COUNTRIES": "italy france spain greece egypt japan".split(),
    "CAPITALS": "rome paris madrid athens cairo tokyo".split(),
    "KNOWN_FOR": "opera cheese guitars marble pyramids cherries".split(),
    "VERBS": "walk paint cook open wash call".split(),
    "PASTS": "walked painted cooked opened washed called".split(),
    "OBJECTS": "home portraits noodles windows dishes friends".split(),
}
# Each line a kind of sentence; a name in capitals stands for any of that list, and
# names joined by the same number for words in the same place of their lists.
FORMS = (
    "PRESIDENTS was sworn in on may twentieth",
    "PRESIDENTS won the vote",
    "PLAYERS played the piano",
    "PLAYERS gave a concert",
    "the king of COUNTRIES1 likes KNOWN_FOR1",
    "farmers in COUNTRIES1 sell KNOWN_FOR1",
    "the mayor of CAPITALS1 likes KNOWN_FOR1",
    "the metro of CAPITALS1 smells of KNOWN_FOR1",
    "today i VERBS2 OBJECTS2",
    "we always VERBS2 OBJECTS2 on sunday",
    "yesterday i PASTS2 OBJECTS2",
    "last year we PASTS2 OBJECTS2",
)


class Corpus(NamedTuple):
    """A text as places in its vocabulary."""

    words: tuple[str, ...]  # the vocabulary
    text: Int[Tensor, " tokens"]
    sentences: Int[Tensor, " tokens"]  # the sentence of each


def toy_sentences(many: int, *, generator: torch.Generator | None = None) -> list[str]:
    """Return so many sentences, each form and each filling equally likely.

    Raises:
        ValueError: If there shall be none.
    """
    check_at_least("many", many, 1)
    made = []
    for form, pick in torch.randint(2**20, (many, 2), generator=generator).tolist():
        filled = [filling(part, pick) for part in FORMS[form % len(FORMS)].split()]
        made.append(" ".join(filled))
    return made


def filling(part: str, pick: int) -> str:
    """Return a word, or the chosen one of the list that it names."""
    if part.islower():
        return part
    words = LISTS[part.rstrip("12")]
    return words[pick % len(words)]


def corpus(sentences: Sequence[str]) -> Corpus:
    """Return sentences as places in their vocabulary, which is in the order of letters.

    Raises:
        ValueError: If there is no word.
    """
    parts = [sentence.split() for sentence in sentences]
    words = sorted({word for part in parts for word in part})
    check_at_least("sentences", len(words), 1)
    place = {word: k for k, word in enumerate(words)}
    text = torch.tensor(
        [place[word] for part in parts for word in part], dtype=torch.int64
    )
    lengths = torch.tensor([len(part) for part in parts], dtype=torch.int64)
    owners = torch.arange(len(parts)).repeat_interleave(lengths)
    return Corpus(tuple(words), text, owners)
