"""Counts: how often words stand near each other, and which are read at all.

Chapter: book/word_embedding.md
Source:  Mikolov et al. (2013), NIPS, section 2.3 (frequent words), and the weights by
         which their program draws windows, https://arxiv.org/abs/1310.4546
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_filled, check_kept, check_text, check_window

Text = Int[Tensor, " tokens"]


def pair_counts(
    text: Text, sentences: Text, size: int, window: int
) -> Float[Tensor, "size size"]:
    """Return how often word j stands near word i, weighted by how near.

    A neighbour at distance s of at most `window` in the same sentence counts
    (window + 1 - s) / window: as often as a window is that wide whose width is drawn
    from 1 to `window`. The matrix is symmetric, summed in float64 (in float32 a count
    stands still from 2**24 on) and returned in float32.

    Args:
        text: Places in the vocabulary, sentence after sentence.
        sentences: The sentence of each.
        size: Of the vocabulary.
        window: How far a neighbour may be, 1 or more.

    Raises:
        ValueError: If a place is outside of the vocabulary, or the window below 1.
    """
    check_text(text, sentences, size)
    check_window(window)
    N = torch.zeros(size * size, dtype=torch.float64, device=text.device)
    for s in range(1, window + 1):
        near = sentences[s:] == sentences[:-s]
        i, j = text[:-s][near], text[s:][near]
        weight = (window + 1 - s) / window
        N.index_add_(0, i * size + j, torch.full_like(i, weight, dtype=N.dtype))
    N = N.view(size, size)
    return (N + N.T).float()


def kept_share(
    frequency: Float[Tensor, " words"], threshold: float
) -> Float[Tensor, " words"]:
    """Return with which probability a word is read: frequent ones are mostly skipped.

    Args:
        frequency: Counts of the words; their shares of the text are what matters.
        threshold: The share up to which all are read; infinite reads everything.

    Raises:
        ValueError: If the threshold is not positive, or there is no word in the text.
    """
    check_frequency(frequency)
    if not threshold > 0:
        raise ValueError(f"threshold is {threshold}: give a positive number")
    share = frequency / frequency.sum()
    return (threshold / share).sqrt().clamp(max=1)


def read_counts(
    N: Float[Tensor, "size size"], kept: Float[Tensor, " size"]
) -> Float[Tensor, "size size"]:
    """Return the counts to be expected if words are skipped, each on its own.

    Raises:
        ValueError: If a share is outside [0, 1].
    """
    check_kept(kept)
    return kept[:, None] * N * kept


def check_frequency(frequency: Tensor) -> None:
    """Refuse counts of words that make no text.

    Raises:
        ValueError: If one is negative or no number, or all are 0.
    """
    check_filled("frequency", frequency, "word")
    if not (frequency >= 0).all() or not 0 < frequency.sum() < float("inf"):
        raise ValueError("frequency is negative, NaN or 0 of all: count the text again")
