"""Examples: which words are read together, and which word is to be guessed by them.

Chapter: book/word_embedding.md
Source:  Mikolov et al. (2013), ICLR workshop, figure 1, https://arxiv.org/abs/1301.3781
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ml2020.support.checks import (
    check_filled,
    check_kept,
    check_text,
    check_window,
)
from ml2020.word_embedding.counts import Text


class Examples(NamedTuple):
    """What is read for each guess, and what is to be guessed."""

    rows: Int[Tensor, "examples width"]  # words read
    weights: Float[Tensor, "examples width"]  # 0 where there is none
    targets: Int[Tensor, " examples"]


class Pairs(NamedTuple):
    """Places of two words of a sentence, and which of them has the other in sight."""

    left: Int[Tensor, " pairs"]
    right: Int[Tensor, " pairs"]
    sees: Bool[Tensor, " pairs"]  # whether the left one sees the right one
    seen: Bool[Tensor, " pairs"]  # whether the right one sees the left one


def skip_gram_examples(
    text: Text,
    sentences: Text,
    kept: Float[Tensor, " words"],
    window: int,
    *,
    generator: torch.Generator | None = None,
) -> Examples:
    """Return each word with each of its neighbours, once through the text, shuffled.

    Args:
        text: Places in the vocabulary.
        sentences: The sentence of each.
        kept: With which probability each word of the vocabulary is read.
        window: The widest; each word draws its own, from 1.
        generator: For all that is drawn.

    Raises:
        ValueError: If the text is not covered by `kept`, these are no probabilities,
            the window is below 1, or no word is left beside another.
    """
    check_read_text(text, sentences, kept, window)
    centres, others = [], []
    for pair in near_places(text, sentences, kept, window, generator):
        centres += [pair.left[pair.sees], pair.right[pair.seen]]
        others += [pair.right[pair.sees], pair.left[pair.seen]]
    order = torch.randperm(sum(map(len, centres)), generator=generator)
    check_filled("kept", order, "word that is read beside another")
    rows = text[torch.cat(centres)[order]][:, None]
    return Examples(
        rows,
        torch.ones(rows.shape, dtype=torch.float32),
        text[torch.cat(others)[order]],
    )


def cbow_examples(
    text: Text,
    sentences: Text,
    kept: Float[Tensor, " words"],
    window: int,
    *,
    generator: torch.Generator | None = None,
) -> Examples:
    """Return each word with the mean of its neighbours, once through, shuffled.

    The arguments are those of `skip_gram_examples`.
    """
    check_read_text(text, sentences, kept, window)
    rows = torch.zeros(len(text), 2 * window, dtype=torch.int64)
    there = torch.zeros(len(text), 2 * window, dtype=torch.float32)
    pairs = near_places(text, sentences, kept, window, generator)
    for s, (left, right, sees, seen) in enumerate(pairs):
        for column, centre, other in (
            (2 * s, left[sees], right[sees]),
            (2 * s + 1, right[seen], left[seen]),
        ):
            rows[centre, column] = text[other]
            there[centre, column] = 1
    read = there.sum(dim=1).nonzero()[:, 0]
    check_filled("kept", read, "word that is read beside another")
    read = read[torch.randperm(len(read), generator=generator)]
    weights = there[read] / there[read].sum(dim=1, keepdim=True)
    return Examples(rows[read], weights, text[read])


def near_places(
    text: Text,
    sentences: Text,
    kept: Tensor,
    window: int,
    generator: torch.Generator | None,
) -> Iterator[Pairs]:
    """Yield for each distance, from 1 on, the pairs of words that are read."""
    drawn = torch.rand(len(text), generator=generator, dtype=torch.float32)
    read = drawn < kept[text]
    own = torch.randint(1, window + 1, (len(text),), generator=generator)
    places = torch.arange(len(text))
    for s in range(1, window + 1):
        both = read[s:] & read[:-s] & (sentences[s:] == sentences[:-s])
        left, right = places[:-s][both], places[s:][both]
        yield Pairs(left, right, own[left] >= s, own[right] >= s)


def check_read_text(text: Text, sentences: Text, kept: Tensor, window: int) -> None:
    """Refuse a text of which no examples can be made.

    Raises:
        ValueError: If it is not covered by `kept`, these are no probabilities, or the
            window is below 1.
    """
    check_kept(kept)
    check_text(text, sentences, len(kept))
    check_window(window)
