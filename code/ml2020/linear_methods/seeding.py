"""Seeding: the first centres of K-means, by chance, or far from each other by chance.

Chapter: book/linear_methods_clustering.md
Source:  Arthur and Vassilvitskii (2007), section 2.2
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_different,
    check_features,
    check_squares,
)


def random_start(
    X: Float[Tensor, "n features"],
    count: int,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "count features"]:
    """Return different places of X as centres, each with the same chance.

    Raises:
        ValueError: If the count is below 1 or above the number of different examples,
            or a number is not finite.
    """
    check_centres(X, count)
    places = torch.unique(X, dim=0)
    return places[torch.randperm(len(places), generator=generator)[:count]]


def plus_plus_chances(
    X: Float[Tensor, "n features"], C: Float[Tensor, "k features"]
) -> Float[Tensor, " n"]:
    """Return how probable each example is as the next centre: by squared distance.

    Args:
        X: One row an example.
        C: The centres so far.

    Raises:
        ValueError: If every example stands on a centre, or too near for its square.
    """
    check_uncovered(X, C)
    D2 = ((X[:, None] - C) ** 2).sum(dim=2).amin(dim=1)
    return D2 / D2.sum()


def plus_plus_start(
    X: Float[Tensor, "n features"],
    count: int,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "count features"]:
    """Return centres drawn one after the other, each likely far from those before.

    Raises:
        ValueError: If the count is below 1 or above the number of different examples,
            or a number is not finite.
    """
    check_centres(X, count)
    C = X[torch.randint(len(X), (1,), generator=generator)]
    while len(C) < count:
        p = plus_plus_chances(X, C)
        C = torch.cat([C, X[torch.multinomial(p, 1, generator=generator)]])
    return C


def check_uncovered(X: Tensor, C: Tensor) -> None:
    """Refuse centres that leave no example apart from them.

    Raises:
        ValueError: If all squared distances are 0, or one is no number.
    """
    far = ((X[:, None] - C) ** 2).sum(dim=2).amin(dim=1).sum()
    if not 0 < far < float("inf"):
        raise ValueError(
            "C stands on every example of X, as far as squares can tell: ask for"
            " fewer centres, or standardise X"
        )


def check_centres(X: Tensor, count: int) -> None:
    """Refuse more centres than there are different examples, and none.

    Raises:
        ValueError: If there are, or a number is not finite.
    """
    check_features("X", X)
    check_squares(X)
    check_at_least("count", count, 1)
    check_different(X, count)
