"""Subspace: how far a picture is from all that photographs have in common.

Chapter: book/explainable_global.md
Source:  principal components, Pearson (1901); a later lecture derives them
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_finite


class Subspace(NamedTuple):
    """The mean of photographs, and the directions in which they differ most."""

    mean: Float[Tensor, " dots"]
    directions: Float[Tensor, "kept dots"]  # of length 1, at right angles


def subspace(X: Float[Tensor, "n dots"], kept: int) -> Subspace:
    """Return the subspace of so many dimensions that is nearest to all examples.

    Raises:
        ValueError: If it has less than one dimension or more than can be, or a number
            is NaN or infinite.
    """
    check_kept(X, kept)
    mean = X.mean(dim=0)
    values, vectors = torch.linalg.eigh((X - mean).T @ (X - mean))
    order = values.argsort(descending=True)[:kept]
    return Subspace(mean, vectors[:, order].T)


def outside(space: Subspace, X: Float[Tensor, "n dots"]) -> Float[Tensor, " n"]:
    """Return the distance of each example from the subspace."""
    off = X - space.mean
    return (off - off @ space.directions.T @ space.directions).norm(dim=1)


def check_kept(X: Tensor, kept: int) -> None:
    """Refuse a subspace that is none.

    Raises:
        ValueError: If it has less than one dimension or more than can be, or a number
            is NaN or infinite.
    """
    check_at_least("X", len(X), 2)
    check_finite("X", X)
    check_at_least("kept", kept, 1)
    if kept > min(len(X) - 1, X.shape[1]):
        raise ValueError(f"kept is {kept}: give at most {min(len(X) - 1, X.shape[1])}")
