"""NMF: pictures as sums of parts, where nothing is ever taken away again.

Chapter: book/linear_methods_factors.md
Source:  Lee and Seung (2001), theorem 1
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_features, check_like

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
        ValueError: If V is empty, not finite, or has a negative number or none above
            0, or a setting is out of range.
    """
    check_not_negative("V", V)
    check_parts_count(count, min(V.shape))
    check_at_least("rounds", rounds, 1)
    size = 2 * (V.mean() / count).sqrt()
    W = size * torch.rand(len(V), count, generator=generator, dtype=V.dtype).to(V)
    H = size * torch.rand(count, V.shape[1], generator=generator, dtype=V.dtype).to(V)
    path = [((V - W @ H) ** 2).sum()]
    for _ in range(rounds):
        W, H = nmf_round(V, W, H)
        path.append(((V - W @ H) ** 2).sum())
    return Parts(W, H, torch.stack(path))


def codes_of_parts(
    V: Float[Tensor, "n features"], H: Float[Tensor, "K features"], rounds: int
) -> Float[Tensor, "n K"]:
    """Return how much of given parts new examples have.

    Args:
        V: The examples, no number below 0.
        H: The parts; they stay as they are.
        rounds: How often the shares are made better, from equal ones.

    Raises:
        ValueError: If a number is negative or not finite, or the types differ.
    """
    check_not_negative("V", V)
    check_not_negative("H", H)
    check_like("H", H, "V", V)
    check_at_least("rounds", rounds, 1)
    W = V.mean() / (len(H) * H.mean()) * torch.ones(len(V), len(H)).to(V)
    for _ in range(rounds):
        W = W * (V @ H.T) / (W @ H @ H.T + TINY)
    return W


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
