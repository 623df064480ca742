"""Held out: what a network loses on sentences that it has not read.

Chapter: book/pretraining_words.md
Source:  Devlin et al. (2019), section 3.1, https://arxiv.org/abs/1810.04805; Peters et
         al. (2018), section 3.1, https://arxiv.org/abs/1802.05365
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from ml2020.pretraining.bert import Bert
from ml2020.pretraining.bert_learning import Tasks, batches, both_losses, tasks
from ml2020.pretraining.elmo import Elmo, both_ways_loss
from ml2020.pretraining.shelf import Shelf, aside, said
from ml2020.rnn.seq2seq_pairs import PAST_THE_END

BATCH = 64


class TimeFirst(NamedTuple):
    """Sentences side by side, time first, and how long they are."""

    X: Int[Tensor, "T n"]
    lengths: Int[Tensor, " n"]


class Lost(NamedTuple):
    """Means over batches.

    Attributes:
        words: The loss of hidden words, in nats.
        pairs: The loss of following.
        right: The share of pairs that are told right.
    """

    words: float
    pairs: float
    right: float


def reading(
    found: Shelf, may: Bool[Tensor, " sentences"], number: int
) -> Iterator[Tasks]:
    """Yield both tasks without end, drawn by a seed."""
    dice = torch.Generator().manual_seed(number)
    for turn in batches(found, may, BATCH, generator=dice):
        yield tasks(found, turn, generator=dice)


def lines(
    found: Shelf, may: Bool[Tensor, " sentences"], number: int
) -> Iterator[TimeFirst]:
    """Yield sentences without end, the first ones of pairs and the single ones."""
    dice = torch.Generator().manual_seed(number)
    for turn in batches(found, may, BATCH, generator=dice):
        yield time_first([said(found, a) for a in turn[:, 0].tolist()])


def time_first(sentences: Sequence[Sequence[int]]) -> TimeFirst:
    """Return sentences side by side, 0 behind their ends.

    Raises:
        ValueError: If there is none, or one is empty.
    """
    check_lines(sentences)
    lengths = torch.tensor([len(row) for row in sentences], dtype=torch.int64)
    T = int(lengths.max())
    rows = [[*row, *[0] * (T - len(row))] for row in sentences]
    return TimeFirst(torch.tensor(rows, dtype=torch.int64).T, lengths)


@torch.no_grad()
def bert_lost(model: Bert, found: Shelf, count: int = 16) -> Lost:
    """Return what a network loses on so many batches that were put aside."""
    words, pairs, right, all_pairs = 0.0, 0.0, 0, 0
    for asked in islice(reading(found, aside(found), 1), count):
        by_word, by_pair = both_losses(model, asked)
        words, pairs = words + by_word.item() / count, pairs + by_pair.item() / count
        paired = asked.follows != PAST_THE_END
        told = model.pair_scores(model(asked.rows)).argmax(dim=1)
        right += int((told == asked.follows)[paired].sum())
        all_pairs += int(paired.sum())
    return Lost(words, pairs, right / all_pairs)


@torch.no_grad()
def elmo_lost(model: Elmo, found: Shelf, count: int = 16) -> tuple[float, float]:
    """Return what is lost of the next word and of the word before, in nats."""
    on, back = 0.0, 0.0
    for X, lengths in islice(lines(found, aside(found), 1), count):
        by_on, by_back = both_ways_loss(model, X, lengths)
        on, back = on + by_on.item() / count, back + by_back.item() / count
    return on, back


def check_lines(sentences: Sequence[Sequence[int]]) -> None:
    """Refuse no sentence, and empty ones."""
    if not sentences or not all(len(row) for row in sentences):
        raise ValueError("sentences has none, or an empty one: drop it, give one")
