"""Taggers learn: the scores of the words and the chain together, from one loss.

Chapter: book/rnn_structured.md
Source:  Huang, Xu and Yu (2015), https://arxiv.org/abs/1508.01991; Lample et al.
         (2016), section 2.2, https://doi.org/10.18653/v1/N16-1030
"""

from collections.abc import Iterator
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import cross_entropy

from ml2020.gradient_descent import Rule, shuffled_batches
from ml2020.rnn.chain import Chain
from ml2020.rnn.clipping import own_gradients
from ml2020.rnn.crf import crf_loss
from ml2020.rnn.readouts import inside
from ml2020.rnn.sequences import left_out
from ml2020.rnn.taggers import Tagger, chain_in, word_scores
from ml2020.rnn.tickets import PAST_THE_END
from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_labels_within,
    check_read,
)

SIZE, TAU = 16, 5.0  # of a batch; the greatest length of a gradient


def learning_tags(
    theta: Float[Tensor, "networks parameters"],
    tagger: Tagger,
    rule: Rule[Any],
    sentences: tuple[Tensor, Tensor, Tensor],
    updates: int,
    *,
    dropped: float = 0.0,
    given: Chain | None = None,
    generator: torch.Generator | None = None,
) -> Iterator[Float[Tensor, "networks parameters"]]:
    """Train taggers side by side, and yield theta after each update.

    Args:
        theta: The first numbers, a row a tagger.
        tagger: What they are.
        rule: How a gradient becomes a step.
        sentences: X (T, n, places), labels (T, n), lengths (n,); behind the end of a
            sentence anything.
        updates: How many, 1 or more.
        dropped: The probability that a word is left out of what is read, from 0 to
            below 1.
        given: A chain to learn with that stays as it is, for a tagger without one.
        generator: Of the order of the sentences and of the words left out, the same for
            all.

    Raises:
        ValueError: If there is no tagger or update, the probability is none, there
            are two chains, a word to learn from is no number, or something does not
            fit.
    """
    check_filled("theta", theta, "tagger")
    check_at_least("updates", updates, 1)
    X, s, lengths = sentences
    check_read("X", X, lengths)
    memory, n = rule.init(theta), len(lengths)
    size, left = min(SIZE, n), list[Tensor]()
    for _ in range(updates):
        # Drawn pass by pass: more updates begin with the same ones.
        left = left or shuffled_batches(n, size, generator=generator)
        rows = left.pop(0)
        T = int(lengths[rows].max())
        read = left_out(X[:T, rows], dropped, generator=generator)
        part = read, s[:T, rows], lengths[rows]
        watched = theta.detach().requires_grad_()
        loss = tagger_loss(watched, tagger, part, given)
        theta, memory = rule.step(theta, own_gradients(loss, watched, TAU), memory)
        yield theta


def tagger_loss(
    theta: Tensor,
    tagger: Tagger,
    sentences: tuple[Tensor, Tensor, Tensor],
    given: Chain | None = None,
) -> Tensor:
    """Return the mean loss by word: cross entropy, or that of the whole path.

    Behind the end of a sentence anything may stand.

    Args:
        theta: A row a tagger.
        tagger: What they are.
        sentences: X, labels, lengths.
        given: A chain, for a tagger that has none of its own.

    Raises:
        ValueError: If there are two chains, a label is none, a word or a score is no
            number, or something does not fit.
    """
    check_one_chain(tagger, given)
    X, s, lengths = sentences
    check_read("X", X, lengths)
    check_labels_within(s, lengths, tagger.labels)
    y = word_scores(theta, tagger, X, lengths)
    if tagger.joint or given:
        chain = given_to(theta, given) if given else chain_in(theta, tagger)
        losses = crf_loss(y, chain, lengths, s)
        return losses.sum() / (len(theta) * lengths.sum())
    check_said(y, lengths)
    labels = torch.where(inside(lengths, len(s)), s, PAST_THE_END)
    labels = labels.expand(len(theta), -1, -1).flatten()
    return cross_entropy(y.movedim(1, 0).flatten(0, 2), labels)


def given_to(theta: Tensor, given: Chain) -> Chain:
    """Return a chain for each tagger, all of them the same."""
    each = (part.expand(len(theta), *part.shape) for part in given)
    return Chain(*each)


def check_one_chain(tagger: Tagger, given: Chain | None) -> None:
    """Raise a ValueError at a chain beside one that is learned."""
    if tagger.joint and given:
        raise ValueError("given is a second chain: give it to a tagger without one")


def check_said(y: Tensor, lengths: Tensor) -> None:
    """Raise a ValueError at scores that are none; behind the end anything may stand."""
    on = inside(lengths, len(y))[..., None]
    if not torch.where(on, y.movedim(0, -3), 0).isfinite().all():
        raise ValueError("theta gives scores of NaN or infinity: lower the rate")
