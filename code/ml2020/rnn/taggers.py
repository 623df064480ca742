"""Taggers: a label for each word, from a window or a BiLSTM, alone or by a chain.

Chapter: book/rnn_structured.md
Source:  Huang, Xu and Yu (2015), https://arxiv.org/abs/1508.01991; Lample et al.
         (2016), section 2; a window with a chain is a CRF of Lafferty et al. (2001)
"""

from math import prod
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import pad

from ml2020.rnn.bidirectional import scores_both_ways
from ml2020.rnn.chain import Chain
from ml2020.rnn.first_weights import networks
from ml2020.rnn.network import Sizes, Theta, shapes
from ml2020.rnn.readouts import inside
from ml2020.rnn.viterbi import best_alone, best_paths
from ml2020.support.checks import check_at_least, check_lengths, check_like, check_shape

NEAR = {"one word": 0, "window": 2, "wide window": 8}  # words seen on each side
UNITS = 16  # of each of the two LSTMs; their forget gates begin with the bias 1


class Tagger(NamedTuple):
    """What gives the scores, whether a chain joins them, and the sizes."""

    reads: str  # one of `NEAR`, or "BiLSTM"
    joint: bool  # whether the labels of a sentence are chosen together, by a chain
    places: int  # of a word, 1-of-N
    labels: int


def first_tagger(tagger: Tagger, seed: int) -> Float[Tensor, "1 parameters"]:
    """Return the first numbers: a BiLSTM is drawn, a window and a chain begin at 0.

    Raises:
        ValueError: If the tagger reads by nothing known, or has no place or label.
    """
    check_kind(tagger)
    chain = chain_numbers(tagger)
    if tagger.reads in NEAR:
        return torch.zeros(1, reader_numbers(tagger) + chain, dtype=torch.float32)
    sizes = Sizes(tagger.places, UNITS, tagger.labels)
    halves = [networks("LSTM", sizes, [2 * seed + k], 1.0) for k in range(2)]
    return torch.cat([*halves, torch.zeros(1, chain, dtype=torch.float32)], dim=-1)


def reader_numbers(tagger: Tagger) -> int:
    """Return how many numbers it has below any chain."""
    if tagger.reads in NEAR:
        seen = 2 * NEAR[tagger.reads] + 1
        return tagger.labels * (seen * tagger.places + 1)
    sizes = Sizes(tagger.places, UNITS, tagger.labels)
    return 2 * sum(map(prod, shapes("LSTM", sizes)))


def chain_numbers(tagger: Tagger) -> int:
    """Return how many numbers its chain has."""
    return tagger.labels * (tagger.labels + 2) if tagger.joint else 0


def windows(X: Float[Tensor, "T n places"], near: int) -> Float[Tensor, "T n wider"]:
    """Return each word with those near it, side by side; zeros beyond the ends."""
    T = len(X)
    wide = pad(X, (0, 0, 0, 0, near, near))
    return torch.cat([wide[k : k + T] for k in range(2 * near + 1)], dim=-1)


def word_scores(
    theta: Theta,
    tagger: Tagger,
    X: Float[Tensor, "T n places"],
    lengths: Int[Tensor, " n"],
) -> Float[Tensor, "T *networks n labels"]:
    """Return the score of each label at each word; behind the end may stand anything.

    Raises:
        ValueError: If a length is none, or theta or X is another tagger's, or X of
            another type of float.
    """
    check_tagger(theta, tagger)
    check_lengths(X, lengths)
    check_like("X", X, "theta", theta)
    check_shape("X", X, (*X.shape[:-1], tagger.places))
    X = torch.where(inside(lengths, len(X))[..., None], X, 0)  # no padding is read
    own = theta[..., : theta.shape[-1] - chain_numbers(tagger)]
    if tagger.reads == "BiLSTM":
        sizes = Sizes(tagger.places, UNITS, tagger.labels)
        return scores_both_ways(own, "LSTM", sizes, X, lengths)
    wide = windows(X, NEAR[tagger.reads])
    rows = own.view(*own.shape[:-1], tagger.labels, wide.shape[-1] + 1)
    V, a = rows[..., :-1], rows[..., None, :, -1]
    each = wide.view(len(X), *[1] * (own.ndim - 1), *wide.shape[1:])
    return each @ V.mT + a


def chain_in(theta: Theta, tagger: Tagger) -> Chain:
    """Return the chain of a joint tagger, as views.

    Raises:
        ValueError: If it has none, or theta is another tagger's.
    """
    if not tagger.joint:
        raise ValueError("tagger.joint is False: it has no chain, give one that has")
    check_tagger(theta, tagger)
    L = tagger.labels
    begin, A, end = theta[..., -chain_numbers(tagger) :].split([L, L * L, L], dim=-1)  # type: ignore[no-untyped-call]
    return Chain(begin, A.view(*A.shape[:-1], L, L), end)


def tagged(
    theta: Theta,
    tagger: Tagger,
    X: Float[Tensor, "T n places"],
    lengths: Int[Tensor, " n"],
) -> Int[Tensor, "T *networks n"]:
    """Return the labels that a tagger says, -100 behind the end.

    Raises:
        ValueError: If a length is none, or theta is another tagger's, or has NaN.
    """
    y = word_scores(theta, tagger, X, lengths)
    if tagger.joint:
        return best_paths(y, chain_in(theta, tagger), lengths)
    return best_alone(y, lengths)


def check_tagger(theta: Tensor, tagger: Tagger) -> None:
    """Raise a ValueError at no tagger, and at the numbers of another one."""
    check_kind(tagger)
    count = reader_numbers(tagger) + chain_numbers(tagger)
    if theta.shape[-1] != count:
        raise ValueError(f"theta has {theta.shape[-1]} numbers a row: give {count}")


def check_kind(tagger: Tagger) -> None:
    """Raise a ValueError at a way to read that is none, no place, and no label."""
    if tagger.reads not in (*NEAR, "BiLSTM"):
        known = ", ".join((*NEAR, "BiLSTM"))
        raise ValueError(f"tagger.reads is {tagger.reads}: choose one of {known}")
    check_at_least("tagger.places", tagger.places, 1)
    check_at_least("tagger.labels", tagger.labels, 1)
