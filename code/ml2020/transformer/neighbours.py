"""Neighbours: at each place say what stands before it; who knows no places must guess.

Synthetic: symbols are drawn anew. What stands before the first place is the last one,
so that all places are alike.

Chapter: book/transformer_attention.md
Source:  a task of this book
"""

from collections import Counter
from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_filled
from ml2020.transformer.reader import Reader

Symbols = Int[Tensor, "n T"]


def circles(
    n: int, T: int, symbols: int, *, generator: torch.Generator | None = None
) -> Symbols:
    """Return n circles of T symbols.

    Raises:
        ValueError: If a number is below 1.
    """
    for name, size in (("n", n), ("T", T), ("symbols", symbols)):
        check_at_least(name, size, 1)
    return torch.randint(symbols, (n, T), generator=generator)


def before(X: Symbols) -> Symbols:
    """Return what stands before each place."""
    return X.roll(1, dims=1)


def best_guess(X: Symbols) -> float:
    """Return the share of right answers to expect of the best who knows no places.

    It knows which symbols there are, and all their orders are equally likely. So what
    stands before a place is one of the other symbols, each of them as likely as the
    other; best is the most frequent one.

    Raises:
        ValueError: If there is no circle, or only one place.
    """
    check_circles(X)
    T, hits = X.shape[1], 0
    for row in X.tolist():
        counts = Counter(row)
        for x in row:
            hits += max(c - (y == x) for y, c in counts.items())
    return hits / (T - 1) / X.numel()


def asked(
    n: int, T: int, symbols: int, *, generator: torch.Generator | None = None
) -> Callable[[Reader], Tensor]:
    """Return the loss of a reader on n new circles at each call.

    Raises:
        ValueError: If a number is below 1.
    """

    def cost(reader: Reader) -> Tensor:
        X = circles(n, T, symbols, generator=generator)
        return F.cross_entropy(reader(X).flatten(0, 1), before(X).flatten())

    return cost


@torch.no_grad()
def share_right(reader: Reader, X: Symbols) -> float:
    """Return the share of places at which a reader says what stands before."""
    return float((reader(X).argmax(dim=-1) == before(X)).double().mean())


def check_circles(X: Tensor) -> None:
    """Refuse circles without neighbours."""
    check_filled("X", X, "circle")
    if X.shape[1] < 2:
        raise ValueError("X has 1 place: give circles of 2 or more")
