"""Telling: the nearest mean says which of two glued words stands at a place.

Chapter: book/pretraining_words.md
Source:  context-group discrimination with labels: Schütze (1998), section 3,
         https://aclanthology.org/J98-1004
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ml2020.pretraining.senses import Places, silhouette
from ml2020.support.checks import check_shape


def nearest_mean(
    X: Float[Tensor, "n d"], meant: Int[Tensor, " n"], learn: Bool[Tensor, " n"]
) -> Int[Tensor, " asked"]:
    """Return the meaning whose mean is nearer, of the places that are not learned from.

    Args:
        X: A vector of each place.
        meant: 0 or 1.
        learn: Which places the means are of.

    Raises:
        ValueError: If there is no place to learn a meaning from.
    """
    check_met(meant, learn)
    means = torch.stack([X[learn & (meant == k)].mean(dim=0) for k in (0, 1)])
    apart = (X[~learn, None] - means).square().sum(dim=-1)
    return apart.argmin(dim=1)


def word_by_word(
    X: Float[Tensor, "n d"], places: Places
) -> Float[Tensor, "2 spellings"]:
    """Return, for each spelling, the share told right and the mean silhouette.

    Means are learned from the sentences that were read, and asked of those put aside.

    Raises:
        ValueError: If there is not a vector for each place.
    """
    check_shape("X", X, (len(places.at), X.shape[1]))
    rows = []
    for word in torch.unique(places.words):
        mine = places.words == word
        learn, meant = ~places.aside[mine], places.meant[mine]
        told = nearest_mean(X[mine], meant, learn) == meant[~learn]
        rows.append([told.float().mean(), silhouette(X[mine], meant).mean()])
    return torch.tensor(rows, dtype=torch.float32).T


def check_met(meant: Tensor, learn: Tensor) -> None:
    """Refuse a meaning that has no mean."""
    if not all(bool((learn & (meant == k)).any()) for k in (0, 1)):
        raise ValueError("learn has no place of a meaning: give one of each at least")
