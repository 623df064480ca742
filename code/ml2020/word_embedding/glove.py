"""GloVe: inner products that come near the logarithms of counts.

Chapter: book/word_embedding.md
Source:  Pennington, Socher and Manning (2014), equations 8 and 9,
         https://aclanthology.org/D14-1162
"""

from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_counts,
    check_learned,
    check_positive,
    check_shape,
)

Counts = Float[Tensor, "rows columns"]


class GloVe(NamedTuple):
    """Two vectors and two numbers for each word."""

    W: Float[Tensor, "size d"]
    U: Float[Tensor, "size d"]  # W with a tilde in the paper
    b: Float[Tensor, " size"]
    c: Float[Tensor, " size"]  # b with a tilde


def glove_weight(x: Counts, most: float = 100, power: float = 0.75) -> Counts:
    """Return how much a count is worth: 0 if there is none, at most 1.

    Raises:
        ValueError: If `most`, the count from which on it is 1, or the power is not
            positive, or a count is negative or no number.
    """
    check_weighed(x)
    check_positive("most", most)
    check_positive("power", power)
    return (x / most).clamp(max=1) ** power


def glove_slopes(
    f: Counts, log_X: Counts, model: GloVe
) -> tuple[Float[Tensor, ""], GloVe]:
    """Return the loss over a table of counts, and its slopes.

    Args:
        f: What each count is worth.
        log_X: Its logarithm; any number where it is worth nothing.
        model: Its W and b belong to the rows, its U and c to the columns.
    """
    W, U, b, c = model
    missed = W @ U.T + b[:, None] + c - log_X
    pull = 2 * f * missed
    slopes = GloVe(pull @ U, pull.T @ W, pull.sum(dim=1), pull.sum(dim=0))
    return (f * missed**2).sum(), slopes


def simple_count_loss(N: Counts, V: Tensor) -> Float[Tensor, ""]:
    """Return the lecture's loss: sum of (V_i . V_j - N_ij) squared.

    Raises:
        ValueError: If N is no square of a row for each vector.
    """
    check_shape("N", N, (len(V), len(V)))
    return ((V @ V.T - N) ** 2).sum()


def glove(
    X: Counts,
    dimension: int,
    lr: float = 0.05,
    most: float = 100,
    passes: int = 50,
    rows: int = 200,
    *,
    generator: torch.Generator | None = None,
) -> GloVe:
    """Return the vectors after so many passes of Adagrad, some rows at a time.

    Args:
        X: All counts, a square; nothing else needs to be symmetric about them.
        dimension: Of the vectors.
        lr: The learning rate of Adagrad, whose sums of squares begin with 1.
        most: The count from which on all weigh the same.
        passes: Through the table; the rows are shuffled before each.
        rows: How many words take a step together.
        generator: For first weights and orders.

    Raises:
        ValueError: If a setting is not positive, X is no square, a word meets no other,
            or the vectors run away at this rate.
    """
    check_counts(X)
    check_shape("X", X, (len(X), len(X)))
    check_positive("lr", lr)
    for name, value in (("dimension", dimension), ("passes", passes), ("rows", rows)):
        check_at_least(name, value, 1)
    sizes = [(len(X), dimension)] * 2 + [(len(X),)] * 2
    drawn = [torch.rand(s, generator=generator, dtype=torch.float32) for s in sizes]
    first = [(part - 0.5) / dimension for part in drawn]
    model = GloVe(*(part.to(X) for part in first))
    squares = GloVe(*(torch.ones_like(part) for part in model))
    f, log_X = glove_weight(X, most), torch.where(X > 0, X, 1).log()
    for _ in range(passes):
        order = torch.randperm(len(X), generator=generator)
        for start in range(0, len(X), rows):
            some = order[start : start + rows]
            part = GloVe(model.W[some], model.U, model.b[some], model.c)
            _, g = glove_slopes(f[some], log_X[some], part)
            every: list[Any] = [some, slice(None), some, slice(None)]
            for weights, sums, slope, at in zip(model, squares, g, every, strict=True):
                sums[at] += slope**2
                weights[at] -= lr * slope / sums[at].sqrt()
    check_learned(model, lr)
    return model


def check_weighed(x: Tensor) -> None:
    """Refuse counts that have no weight.

    Raises:
        ValueError: If one is negative or no number.
    """
    if not (x >= 0).all():
        raise ValueError("x has negative counts or NaN: count again")
