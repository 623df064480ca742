"""Expectation: skip-gram's loss without sampling, and what it is least for.

Chapter: book/word_embedding.md
Source:  Levy and Goldberg (2014), section 3.1, https://papers.nips.cc/paper/5477
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import logsigmoid

from ml2020.optimization import Adam
from ml2020.support.checks import (
    check_at_least,
    check_counts,
    check_descended,
    check_positive,
    check_shape,
)

Table = Float[Tensor, "words words"]
Vectors = Float[Tensor, "words d"]


def by_chance(N: Table, shares: Float[Tensor, " words"], negatives: float) -> Table:
    """Return how often word j is drawn as a word of chance for word i: k N_i p_j.

    Raises:
        ValueError: If k or a share is not positive, or the counts are none.
    """
    check_counts(N)
    check_positive("negatives", negatives)
    check_shape("shares", shares, (len(N),))
    if not (shares > 0).all():
        raise ValueError("shares are 0, negative or NaN: leave such words out")
    return negatives * N.sum(dim=1, keepdim=True) * shares


def best_products(N: Table, shares: Tensor, negatives: float) -> Table:
    """Return the inner products for which the loss is least: ln N_ij / (k N_i p_j).

    If the words of chance are drawn as often as they occur, this is PMI - ln k. It is
    minus infinity for words that never meet.
    """
    return (N / by_chance(N, shares, negatives)).log()


def softmax_loss(N: Table, V: Vectors, U: Vectors) -> Float[Tensor, ""]:
    """Return skip-gram's mean loss with a softmax over all words, for all pairs.

    Raises:
        ValueError: If the counts are none.
    """
    check_counts(N)
    return -(N * (V @ U.T).log_softmax(dim=1)).sum() / N.sum()


def expected_slopes(
    N: Table, shares: Tensor, negatives: float, V: Vectors, U: Vectors
) -> tuple[Float[Tensor, ""], Vectors, Vectors]:
    """Return skip-gram's mean loss for all pairs, and its slopes by V and by U."""
    chance = by_chance(N, shares, negatives)
    x = V @ U.T
    losses = N * logsigmoid(x) + chance * logsigmoid(-x)
    pull = (chance * x.sigmoid() - N * (-x).sigmoid()) / N.sum()
    return -losses.sum() / N.sum(), pull @ U, pull.T @ V


def fit_expected(
    N: Table,
    shares: Tensor,
    dimension: int,
    negatives: float = 5,
    steps: int = 500,
    lr: float = 0.03,
    *,
    generator: torch.Generator | None = None,
) -> tuple[Vectors, Vectors]:
    """Return V and U after descending the expected loss with Adam, all at once.

    Raises:
        ValueError: If a setting is not positive, or the vectors run away at this rate.
    """
    check_at_least("dimension", dimension, 1)
    check_at_least("steps", steps, 1)
    first = torch.randn(2 * len(N), dimension, generator=generator, dtype=torch.float32)

    def slopes(V: Vectors, U: Vectors) -> tuple[Tensor, Vectors, Vectors]:
        return expected_slopes(N, shares, negatives, V, U)

    _, V, U = descended(slopes, first.to(N) / dimension, steps, lr)
    return V, U


def descended(
    slopes: Callable[[Vectors, Vectors], tuple[Tensor, Vectors, Vectors]],
    theta: Tensor,
    steps: int,
    lr: float,
) -> tuple[Float[Tensor, ""], Vectors, Vectors]:
    """Return a loss, V and U after so many steps of Adam.

    Args:
        slopes: Returns the loss, and its slopes by V and by U.
        theta: Where it begins: the rows of V, then as many of U.
        steps: How many.
        lr: The learning rate.

    Raises:
        ValueError: If the loss rises at this rate, or the rate is not positive.
    """
    rule = Adam(lr=lr)
    memory = rule.init(theta)
    before, *_ = slopes(*theta.chunk(2))
    for _ in range(steps):
        _, *by = slopes(*theta.chunk(2))
        theta, memory = rule.step(theta, torch.cat(by), memory)
    V, U = theta.chunk(2)
    after, *_ = slopes(V, U)
    check_descended(before, after, lr)
    return after, V, U
