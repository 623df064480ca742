"""Angles: how far apart two spaces are, whatever vectors span them.

Chapter: book/linear_methods_pca.md
Source:  Björck and Golub (1973), https://doi.org/10.1090/S0025-5718-1973-0348991-3
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_features


def largest_angle(
    A: Float[Tensor, "K features"], B: Float[Tensor, "K features"]
) -> Float[Tensor, ""]:
    """Return the largest principal angle, in radians: 0 if the rows span the same.

    Raises:
        ValueError: If a number is not finite, or the rows of one depend on each other.
    """
    bases = []
    for name, rows in (("A", A), ("B", B)):
        check_features(name, rows)
        check_independent(name, rows)
        bases.append(torch.linalg.qr(rows.T)[0])
    Q, R = bases
    # The sine: what of Q is left when its part in R is taken away. Near 0 it is exact,
    # where a cosine near 1 is not.
    sine = torch.linalg.matrix_norm(Q - R @ (R.T @ Q), ord=2)
    return sine.clamp(max=1).asin()


def check_independent(name: str, rows: Tensor) -> None:
    """Refuse rows of which one is a sum of the others.

    Raises:
        ValueError: If one is.
    """
    if int(torch.linalg.matrix_rank(rows)) < len(rows):
        raise ValueError(f"{name} has rows that depend on each other: leave some out")
