"""Prediction: guess a word by its neighbours, and tell it from words of chance.

CBOW adds the vectors of all neighbours; skip-gram takes one neighbour at a time. So one
program does for both: an example has some rows, their weights, and the word to guess.

Chapter: book/word_embedding.md
Source:  Mikolov et al. (2013), ICLR workshop, https://arxiv.org/abs/1301.3781, and
         NIPS, equation 4, https://arxiv.org/abs/1310.4546
"""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import embedding

from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_learned,
    check_positive,
)
from ml2020.word_embedding.examples import Examples


def noise_shares(
    frequency: Float[Tensor, " words"], power: float = 0.75
) -> Float[Tensor, " words"]:
    """Return how often each word is drawn as a word of chance.

    Raises:
        ValueError: If there is no word, a frequency is not positive, or the power makes
            a number of it that is none.
    """
    check_filled("frequency", frequency, "word")
    if not (frequency > 0).all():
        raise ValueError("frequency is 0, negative or NaN: leave such words out")
    check_power(power, frequency)
    raised = frequency**power
    return raised / raised.sum()


def told_apart(h: Tensor, u: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the slopes of the loss by what was read, the word and the words of chance.

    The loss of an example is -ln sigmoid(u.h) - sum of ln sigmoid(-noise.h).

    Args:
        h: What was read, (examples, d).
        u: The vector of the word to guess, (examples, d).
        noise: Those of k words of chance, (examples, k, d).
    """
    right = torch.sigmoid((u * h).sum(dim=-1, keepdim=True)) - 1
    wrong = torch.sigmoid((noise * h[:, None]).sum(dim=-1, keepdim=True))
    by_h = right * u + (wrong * noise).sum(dim=1)
    return by_h, right * h, wrong * h[:, None]


def first_vectors(
    size: int, dimension: int, *, generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """Return vectors to read with, small and random, and zeros to guess with.

    Raises:
        ValueError: If size or dimension is below 1.
    """
    check_at_least("size", size, 1)
    check_at_least("dimension", dimension, 1)
    V = torch.rand(size, dimension, generator=generator, dtype=torch.float32)
    return (V - 0.5) / dimension, torch.zeros(size, dimension, dtype=torch.float32)


def learn_pass(
    V: Float[Tensor, "size d"],
    U: Float[Tensor, "size d"],
    examples: Examples,
    shares: Float[Tensor, " size"],
    rates: tuple[float, float],
    negatives: int = 5,
    batch: int = 1024,
    *,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Return V and U after one pass of gradient descent through the examples.

    Args:
        V: Vectors of words that are read.
        U: Vectors of words that are guessed.
        examples: In the order in which they are met.
        shares: How often each word is drawn as a word of chance.
        rates: The learning rate of the first example, and that to which it falls (0 or
            more); between, it goes along a line.
        negatives: Words of chance for each example, k.
        batch: How many examples take a step together; their slopes are added.
        generator: For the words of chance.

    Raises:
        ValueError: If a setting is not positive, a share is none, or the vectors run
            away at this rate.
    """
    check_at_least("negatives", negatives, 1)
    check_at_least("batch", batch, 1)
    check_positive("rates[0]", rates[0])
    check_at_least("rates[1]", rates[1], 0)
    check_noise(shares)
    V, U, ends = V.clone(), U.clone(), shares.cumsum(0)
    for start in range(0, len(examples.targets), batch):
        rows, weights, targets = (part[start : start + batch] for part in examples)
        drawn = torch.rand(
            len(rows), negatives, generator=generator, dtype=torch.float32
        )
        noise = torch.searchsorted(ends, drawn * ends[-1]).clamp(max=len(ends) - 1)
        h = (weights[..., None] * embedding(rows, V)).sum(dim=1)
        by_h, by_u, by_noise = told_apart(h, embedding(targets, U), embedding(noise, U))
        past = start / len(examples.targets)
        lr = rates[0] + past * (rates[1] - rates[0])
        by_rows = weights[..., None] * by_h[:, None]
        V.index_add_(0, rows.flatten(), by_rows.flatten(0, 1), alpha=-lr)
        U.index_add_(0, targets, by_u, alpha=-lr)
        U.index_add_(0, noise.flatten(), by_noise.flatten(0, 1), alpha=-lr)
    check_learned([V, U], rates[0])
    return V, U


def check_power(power: float, frequency: Tensor) -> None:
    """Refuse a power of which no shares come out.

    Raises:
        ValueError: If it is NaN or infinite, or so large that a number overflows.
    """
    raised = frequency**power
    if not (raised.sum() > 0 and raised.sum().isfinite()):
        raise ValueError(f"power is {power}: give a number from 0 to 1, such as 0.75")


def check_noise(shares: Tensor) -> None:
    """Refuse shares by which no word can be drawn.

    Raises:
        ValueError: If one is negative or no number, or all are 0.
    """
    check_finite("shares", shares, "give how often each word is drawn")
    if (shares < 0).any() or not shares.sum() > 0:
        raise ValueError("shares are negative or all 0: give how often each is drawn")
