"""Tied weights: the next word from two before it, which share their vectors.

Chapter: book/word_embedding.md
Source:  Bengio et al. (2003), section 2, https://www.jmlr.org/papers/v3/bengio03a.html,
         without its direct connections; the sum of both vectors is Lee's (2020)
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_positive, check_shape

Vectors = Float[Tensor, "words d"]


class Slopes(NamedTuple):
    """The mean loss, and its slopes: by the vectors of either word, by the outputs."""

    loss: Float[Tensor, ""]
    by_first: Vectors
    by_second: Vectors
    by_output: Vectors


def next_word_slopes(
    A: Vectors,
    B: Vectors,
    O: Vectors,  # noqa: E741
    before: Int[Tensor, "examples two"],
    targets: Int[Tensor, " examples"],
) -> Slopes:
    """Return the loss of guessing a word by the two before it, and its slopes.

    Args:
        A: Vectors of the words two places before, a row each.
        B: Those of the words one place before; equal to A, if they are tied.
        O: The weights of the output, a row a word.
        before: Both words before each target.
        targets: The words to guess.
    """
    m = len(targets)
    z = A[before[:, 0]] + B[before[:, 1]]
    h = torch.tanh(z)
    log_y = (h @ O.T).log_softmax(dim=1)
    every = torch.arange(m, device=targets.device)
    missed = log_y.exp()
    missed[every, targets] -= 1
    by_z = missed @ O * (1 - h**2) / m
    by_A = torch.zeros_like(A).index_add_(0, before[:, 0], by_z)
    by_B = torch.zeros_like(B).index_add_(0, before[:, 1], by_z)
    loss = -log_y[every, targets].mean()
    return Slopes(loss, by_A, by_B, missed.T @ h / m)


def tied_step(
    A: Vectors, B: Vectors, by_A: Vectors, by_B: Vectors, lr: float
) -> tuple[Vectors, Vectors]:
    """Return both copies after a step along the sum of both slopes.

    Copies that were equal stay equal.

    Raises:
        ValueError: If the rate is not positive, or shapes differ.
    """
    check_positive("lr", lr)
    for name, value in (("B", B), ("by_A", by_A), ("by_B", by_B)):
        check_shape(name, value, tuple(A.shape))
    return A - lr * (by_A + by_B), B - lr * (by_A + by_B)


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
