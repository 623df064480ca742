"""NMF: pictures as sums of parts, where nothing is ever taken away again.

Chapter: book/linear_methods_factors.md
Source:  Lee and Seung (2001), theorem 1
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_features, check_squares

TINY = 1e-12  # keeps a share of nothing from being 0 / 0


class Parts(NamedTuple):
    """How much of each part every example has, the parts, and the error by round."""

    W: Float[Tensor, "n K"]
    H: Float[Tensor, "K features"]
    path: Float[Tensor, " rounds_and_1"]


def nmf_round(
    V: Float[Tensor, "n features"],
    W: Float[Tensor, "n K"],
    H: Float[Tensor, "K features"],
) -> tuple[Float[Tensor, "n K"], Float[Tensor, "K features"]]:
    """Return better factors: each number times wanted over had.

    Args:
        V: What is to be taken apart, 0 or more.
        W: How much of each part an example has, 0 or more.
        H: The parts, 0 or more.
    """
    H = H * (W.T @ V) / (W.T @ W @ H + TINY)
    W = W * (V @ H.T) / (W @ H @ H.T + TINY)
    return W, H


def nmf(
    V: Float[Tensor, "n features"],
    count: int,
    rounds: int,
    *,
    generator: torch.Generator | None = None,
) -> Parts:
    """Return parts from a start by chance.

    Args:
        V: One row an example, no number below 0.
        count: How many parts.
        rounds: How often both factors are made better.
        generator: The dice.

    Raises:
        ValueError: If V is empty, not finite, too large to be squared, or has a
            negative number or none above 0, or a setting is out of range.
    """
    check_not_negative("V", V)
    check_squares(V)
    check_parts_count(count, min(V.shape))
    check_at_least("rounds", rounds, 1)
    unit = V.mean()  # so that units do not matter, nor what TINY is beside them
    V = V / unit
    size = 2 * count**-0.5
    W = size * torch.rand(len(V), count, generator=generator, dtype=V.dtype).to(V)
    H = size * torch.rand(count, V.shape[1], generator=generator, dtype=V.dtype).to(V)
    path = [((V - W @ H) ** 2).sum()]
    for _ in range(rounds):
        W, H = nmf_round(V, W, H)
        path.append(((V - W @ H) ** 2).sum())
    return Parts(W * unit, H, torch.stack(path) * unit**2)


def check_not_negative(name: str, value: Tensor) -> None:
    """Refuse what is no sum of parts.

    Raises:
        ValueError: If it is empty, not finite, has a negative number, or only zeros.
    """
    check_features(name, value)
    if (value < 0).any():
        raise ValueError(f"{name} has negative entries: shift them, or use PCA")
    if not value.any():
        raise ValueError(f"{name} is 0 everywhere: give something to take apart")


def check_parts_count(count: int, most: int) -> None:
    """Refuse more parts than a matrix has rows or columns, and none.

    Raises:
        ValueError: If the count is below 1 or above the most.
    """
    if not 1 <= count <= most:
        raise ValueError(f"count is {count}: give 1 to {most}")
