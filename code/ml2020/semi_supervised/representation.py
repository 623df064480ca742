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
            of range.
    """
    check_features("X", X)
    check_directions(count, min(X.shape))
    _, _, V = torch.linalg.svd(X - X.mean(dim=0), full_matrices=False)
    return V[:count].T


def check_directions(count: int, most: int) -> None:
    """Refuse a count of directions that there are not.

    Raises:
        ValueError: If it is below 1 or above the most.
    """
    if not 1 <= count <= most:
        raise ValueError(f"count is {count}: give 1 to {most}")
