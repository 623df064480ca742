"""Judging: do pictures look like real ones, and do they look like all of them?

Chapter: book/autoencoder_vae.md
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_features

Rows = Float[Tensor, "n d"]


def nearest_distance(made: Rows, real: Float[Tensor, "m d"]) -> float:
    """Return how far a row of the first is from the nearest of the second, on average.

    Raises:
        ValueError: If one of them is empty, or a number is not finite.
    """
    check_features("made", made)
    check_features("real", real)
    return torch.cdist(made, real).min(dim=1).values.mean().item()


def edges(x: Rows, side: int) -> float:
    """Return the mean square of the difference between neighbouring dots.

    Args:
        x: Pictures of side times side dots, as rows.
        side: Dots of a side, 2 or more.

    Raises:
        ValueError: If rows have another length, or a number is not finite.
    """
    check_pictures(x, side)
    p = x.reshape(len(x), side, side)
    steps = [p[:, 1:] - p[:, :-1], p[:, :, 1:] - p[:, :, :-1]]
    return torch.cat([step.flatten() for step in steps]).square().mean().item()


def normal_like(
    z: Rows, n: int, *, generator: torch.Generator | None = None
) -> Float[Tensor, "_ d"]:
    """Return n draws from a normal with the mean and the covariance of rows.

    Args:
        z: Two rows or more.
        n: How many.
        generator: Draws them.

    Raises:
        ValueError: If there are fewer than two rows, or a number is not finite.
    """
    check_spread(z)
    C = torch.cov(z.T).reshape(z.shape[1], z.shape[1])
    values, vectors = torch.linalg.eigh(C)
    e = torch.randn(n, z.shape[1], generator=generator, dtype=z.dtype).to(z.device)
    return z.mean(dim=0) + e * values.clamp(min=0).sqrt() @ vectors.T


def check_pictures(x: Tensor, side: int) -> None:
    """Refuse rows that are no pictures of that side."""
    check_features("x", x)
    if side < 2 or x.shape[1] != side**2:
        raise ValueError(f"side is {side}: give 2 or more, the root of {x.shape[1]}")


def check_spread(z: Tensor) -> None:
    """Refuse fewer rows than have a covariance."""
    check_features("z", z)
    if len(z) < 2:
        raise ValueError("z has one row: give two or more")
