"""Corruption: some words are hidden, replaced or left, and all of them to be guessed.

Chapter: book/pretraining_words.md
Source:  Devlin et al. (2019), section 3.1, https://arxiv.org/abs/1810.04805
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ml2020.rnn.seq2seq_pairs import PAST_THE_END
from ml2020.support.checks import check_filled

SHARE = 0.15  # of the words of a sentence, the paper's
HIDDEN, STRANGE = 0.8, 0.1  # of those: by the mark, by any word; the rest stays


class Corrupted(NamedTuple):
    """What is read, and what was there: -100 where nothing has to be guessed."""

    X: Int[Tensor, "n T"]
    Y: Int[Tensor, "n T"]


def chosen_places(
    may: Bool[Tensor, "n T"],
    share: float = SHARE,
    *,
    generator: torch.Generator | None = None,
) -> Bool[Tensor, "n T"]:
    """Return places to be guessed: of each row this share, rounded, and at least one.

    Args:
        may: Which places may be chosen.
        share: Above 0 and below 1.
        generator: Seed it to choose the same again.

    Raises:
        ValueError: If the share is none, or would choose every word of a row.
    """
    check_hiding(may, share)
    count = (share * may.sum(dim=1)).round().clamp(min=1)
    drawn = torch.rand(may.shape, generator=generator, dtype=torch.float32)
    ranks = drawn.masked_fill(~may, 2.0).argsort(dim=1).argsort(dim=1)
    return ranks < count[:, None]


def corrupted(
    X: Int[Tensor, "n T"],
    chosen: Bool[Tensor, "n T"],
    words: int,
    mask: int,
    *,
    generator: torch.Generator | None = None,
) -> Corrupted:
    """Return symbols with the chosen ones hidden in 80 %, replaced in 10 %, or left.

    Args:
        X: The symbols.
        chosen: Which of them are to be guessed.
        words: How many words there are; a strange one is any of them.
        mask: The symbol that hides.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If nothing is chosen, or every symbol of a row.
    """
    check_chosen(chosen)
    fate = torch.rand(X.shape, generator=generator, dtype=torch.float32)
    strange = torch.randint(words, X.shape, generator=generator)
    read = X.masked_fill(chosen & (fate < HIDDEN), mask)
    swapped = chosen & (fate >= HIDDEN) & (fate < HIDDEN + STRANGE)
    read = strange.where(swapped, read)
    return Corrupted(read, X.masked_fill(~chosen, PAST_THE_END))


def masked_loss(
    scores: Float[Tensor, "n T words"], Y: Int[Tensor, "n T"]
) -> Float[Tensor, ""]:
    """Return the mean of -ln p over the places that are to be guessed, and no others.

    Raises:
        ValueError: If there is none.
    """
    check_guessed(Y)
    log_p = scores.log_softmax(dim=-1)
    asked = Y != PAST_THE_END
    right = log_p.gather(-1, Y.clamp(min=0)[..., None])[..., 0]
    return -right[asked].mean()


def loss_at(scores: Float[Tensor, "k words"], Y: Int[Tensor, " k"]) -> Tensor:
    """Return the same, of the chosen places alone: nothing else is computed."""
    return F.cross_entropy(scores, Y)


def check_hiding(may: Tensor, share: float) -> None:
    """Refuse a mask on every word: of nothing nothing can be guessed."""
    check_filled("may", may, "place")
    if not 0 < share < 1:
        raise ValueError(f"share is {share}: choose it above 0 and below 1")
    count = may.sum(dim=1)
    if not ((share * count).round().clamp(min=1) < count).all():
        raise ValueError(
            "share chooses every word of a sentence: choose less, or drop sentences of"
            " one word"
        )


def check_chosen(chosen: Tensor) -> None:
    """Refuse a choice of nothing, or of every symbol of a row."""
    if not chosen.any():
        raise ValueError("chosen has no place: choose at least one")
    if chosen.all(dim=1).any():
        raise ValueError("chosen hides every symbol of a row: leave some to read")


def check_guessed(Y: Tensor) -> None:
    """Refuse rows in which nothing has to be guessed."""
    if (Y == PAST_THE_END).all():
        raise ValueError("Y has no place to be guessed: choose at least one")
