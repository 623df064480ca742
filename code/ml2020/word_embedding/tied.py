"""Tied weights: the next word from two before it, which share their vectors.

Chapter: book/word_embedding.md
Source:  Bengio et al. (2003), section 2, https://www.jmlr.org/papers/v3/bengio03a.html,
         without its direct connections; the sum of both vectors is Lee's (2020)
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_filled, check_positive, check_shape

Vectors = Float[Tensor, "words d"]


class Slopes(NamedTuple):
    """The mean loss, and its slopes: by the vectors of either word, by the outputs."""

    loss: Float[Tensor, ""]
    by_first: Vectors
    by_second: Vectors
    by_output: Vectors


def next_word_slopes(
    W1: Vectors,
    W2: Vectors,
    O: Vectors,  # noqa: E741
    before: Int[Tensor, "examples two"],
    targets: Int[Tensor, " examples"],
) -> Slopes:
    """Return the loss of guessing a word by the two before it, and its slopes.

    Args:
        W1: Vectors of the words two places before, a row each.
        W2: Those of the words one place before; equal to W1, if they are tied.
        O: The weights of the output, a row a word.
        before: Both words before each target.
        targets: The words to guess.

    Raises:
        ValueError: If there are no examples, or a word has no row.
    """
    check_filled("targets", targets)
    check_words("before", before, min(len(W1), len(W2)))
    check_words("targets", targets, len(O))
    m = len(targets)
    z = W1[before[:, 0]] + W2[before[:, 1]]
    h = torch.tanh(z)
    log_y = (h @ O.T).log_softmax(dim=1)
    every = torch.arange(m, device=targets.device)
    missed = log_y.exp()
    missed[every, targets] -= 1
    by_z = missed @ O * (1 - h**2) / m
    by_W1 = torch.zeros_like(W1).index_add_(0, before[:, 0], by_z)
    by_W2 = torch.zeros_like(W2).index_add_(0, before[:, 1], by_z)
    loss = -log_y[every, targets].mean()
    return Slopes(loss, by_W1, by_W2, missed.T @ h / m)


def tied_step(
    W1: Vectors, W2: Vectors, by_W1: Vectors, by_W2: Vectors, lr: float
) -> tuple[Vectors, Vectors]:
    """Return both copies after a step along the sum of both slopes.

    Copies that were equal stay equal.

    Raises:
        ValueError: If the rate is not positive, or shapes differ.
    """
    check_positive("lr", lr)
    for name, value in (("W2", W2), ("by_W1", by_W1), ("by_W2", by_W2)):
        check_shape(name, value, tuple(W1.shape))
    return W1 - lr * (by_W1 + by_W2), W2 - lr * (by_W1 + by_W2)


def trigrams(
    text: Int[Tensor, " tokens"], sentences: Int[Tensor, " tokens"]
) -> tuple[Int[Tensor, "examples two"], Int[Tensor, " examples"]]:
    """Return each two neighbours of a sentence, and the word behind them.

    Raises:
        ValueError: If no sentence has three words.
    """
    whole = sentences[2:] == sentences[:-2]
    if not whole.any():
        raise ValueError("text has no sentence of three words: give longer ones")
    before = torch.stack([text[:-2], text[1:-1]], dim=1)
    return before[whole], text[2:][whole]


def check_words(name: str, words: Tensor, size: int) -> None:
    """Refuse words without a vector.

    Raises:
        ValueError: If a place is not from 0 to size - 1.
    """
    if words.min() < 0 or words.max() >= size:
        raise ValueError(f"{name} has a word outside 0 to {size - 1}: leave it out")
