"""Learning of BERT: batches of sentences and pairs, and the sum of two losses.

Chapter: book/pretraining_words.md
Source:  Devlin et al. (2019), section 3.1, https://arxiv.org/abs/1810.04805
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Int
from torch import Tensor

from ml2020.pretraining.bert import Bert
from ml2020.pretraining.corruption import Corrupted, chosen_places, corrupted, loss_at
from ml2020.pretraining.packing import Packed, is_word, packed
from ml2020.pretraining.shelf import Shelf, said
from ml2020.rnn.seq2seq_pairs import PAST_THE_END
from ml2020.support.checks import check_at_least

POOL = 40  # batches that are drawn together, and sorted by length


class Tasks(NamedTuple):
    """Rows in which words are hidden, what was there, and which pairs are true.

    Attributes:
        rows: What is read.
        Y: What has to be guessed (n, T), -100 elsewhere.
        follows: 1 if the second sentence follows on the first, 0 if not, -100 if there
            is none (n,).
    """

    rows: Packed
    Y: Int[Tensor, "n T"]
    follows: Int[Tensor, " n"]


def followers(found: Shelf, may: Bool[Tensor, " sentences"]) -> Int[Tensor, " k"]:
    """Return the sentences that have the next one of the same gloss behind them."""
    same = found.glosses[:-1] == found.glosses[1:]
    return (same & may[:-1]).nonzero()[:, 0]


def in_turn(
    found: Shelf,
    may: Bool[Tensor, " sentences"],
    *,
    generator: torch.Generator | None = None,
) -> Int[Tensor, "n 3"]:
    """Return once all that may be read: a sentence, a second one or -1, follows or not.

    Where a gloss goes on, the sentence has a second one: that which follows, or, with a
    chance of one half, one that follows on another. All in an order drawn by lot.
    """
    first = followers(found, may)
    other = first[torch.randperm(len(first), generator=generator)] + 1
    true = torch.rand(len(first), generator=generator, dtype=torch.float32) < 0.5
    pairs = torch.stack([first, (first + 1).where(true, other), true.long()], dim=1)
    single = may.clone()
    single[first] = False
    single[first + 1] = False
    alone = single.nonzero()
    none = torch.full_like(alone, PAST_THE_END)
    alone = torch.cat([alone, torch.full_like(alone, -1), none], dim=1)
    both = torch.cat([pairs, alone])
    return both[torch.randperm(len(both), generator=generator)]


def batches(
    found: Shelf,
    may: Bool[Tensor, " sentences"],
    size: int,
    *,
    generator: torch.Generator | None = None,
) -> Iterator[Int[Tensor, "n 3"]]:
    """Yield batches without end, of rows of nearly equal length, in an order by lot.

    Raises:
        ValueError: If size is below 1.
    """
    check_at_least("size", size, 1)
    while True:
        turn = in_turn(found, may, generator=generator)
        second = found.lengths[turn[:, 1]].where(turn[:, 1] >= 0, 0)
        lengths = found.lengths[turn[:, 0]] + second
        for pool in torch.arange(len(turn)).split(POOL * size):  # type: ignore[no-untyped-call]
            parts = pool[lengths[pool].argsort()].split(size)
            for k in torch.randperm(len(parts), generator=generator).tolist():
                yield turn[parts[k]]


def tasks(
    found: Shelf, turn: Int[Tensor, "n 3"], *, generator: torch.Generator | None = None
) -> Tasks:
    """Return both tasks of some rows of `in_turn`."""
    first = [said(found, a) for a in turn[:, 0].tolist()]
    second = [said(found, b) if b >= 0 else None for b in turn[:, 1].tolist()]
    words = len(found.words)
    rows = packed(first, second, words)
    chosen = chosen_places(is_word(rows.X, words), generator=generator)
    hidden: Corrupted = corrupted(rows.X, chosen, words, words + 2, generator=generator)
    return Tasks(rows._replace(X=hidden.X), hidden.Y, turn[:, 2])


def both_losses(model: Bert, asked: Tasks) -> tuple[Tensor, Tensor]:
    """Return the losses of hidden words and of following; 0 if no row is a pair."""
    T = model(asked.rows)
    at = asked.Y != PAST_THE_END
    by_word = loss_at(model.word_scores(T[at]), asked.Y[at])
    paired = asked.follows != PAST_THE_END
    if not paired.any():
        return by_word, by_word * 0
    scores = model.pair_scores(T[paired])
    return by_word, F.cross_entropy(scores, asked.follows[paired])
