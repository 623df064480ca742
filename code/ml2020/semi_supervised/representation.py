"""Representation: the few directions in which the examples differ most.

Chapter: book/semi_supervised.md
Source:  Bishop (2006), section 12.1; derived in the lecture on linear methods
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_features


def main_directions(
    X: Float[Tensor, "n features"], count: int
) -> Float[Tensor, "features count"]:
    """Return unit vectors, as columns, along which the examples spread most.

    Args:
        X: One row an example; labels are not asked for.
        count: How many, from 1 to the number of features or of examples.

    Raises:
        ValueError: If there is no example, a number is not finite, or the count is out
            of range, or larger than that of the directions in which X spreads.
    """
    check_features("X", X)
    check_directions(count, min(X.shape))
    check_spread(X, count)
    _, _, V = torch.linalg.svd(X - X.mean(dim=0), full_matrices=False)
    return V[:count].T


def check_spread(X: Tensor, count: int) -> None:
    """Refuse to choose among directions in which nothing differs.

    Raises:
        ValueError: If the examples spread in fewer.
    """
    rank = int(torch.linalg.matrix_rank(X - X.mean(dim=0)))
    if rank < count:
        raise ValueError(f"X spreads in {rank} directions: ask for no more than these")


def check_directions(count: int, most: int) -> None:
    """Refuse a count of directions that there are not.

    Raises:
        ValueError: If it is below 1 or above the most.
    """
    if not 1 <= count <= most:
        raise ValueError(f"count is {count}: give 1 to {most}")
