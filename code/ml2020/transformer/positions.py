"""Positions: waves that tell a place where it stands, and how far another one is.

Chapter: book/transformer_attention.md
Source:  Vaswani et al. (2017), section 3.5, https://arxiv.org/abs/1706.03762; turned
         instead of added: Su et al. (2021), section 3.2, https://arxiv.org/abs/2104.09864
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.support.checks import check_at_least, check_even

BASE = 10_000.0  # the longest wave has 2 pi times as many places; the paper's


def speeds(d: int) -> Float[Tensor, " half"]:
    """Return by how much each of d/2 waves turns from one place to the next, falling.

    Raises:
        ValueError: If d is odd or below 2: each wave has a sine and a cosine.
    """
    check_even(d)
    return BASE ** (-torch.arange(0, d, 2).double() / d)


def sinusoids(T: int, d: int) -> Float[Tensor, "T d"]:
    """Return the vectors of the places 0 to T - 1 in 64 bits, a row a place.

    Args:
        T: How many, 1 or more.
        d: Numbers of each, even: sine and cosine by turns.

    Raises:
        ValueError: If T is below 1, or d odd or below 2.
    """
    check_at_least("T", T, 1)
    angles = torch.arange(T)[:, None] * speeds(d)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


def shift(m: int, d: int) -> Float[Tensor, "d d"]:
    """Return the matrix, in 64 bits, that takes a place's vector to that m further on.

    Raises:
        ValueError: If d is odd or below 2.
    """
    angles = m * speeds(d)
    sines, at = angles.sin(), torch.arange(0, d, 2)
    R = torch.diag(angles.cos().repeat_interleave(2))
    R[at, at + 1], R[at + 1, at] = sines, -sines
    return R


def turned(X: Float[Tensor, "*batch T d"]) -> Float[Tensor, "*batch T d"]:
    """Return rows turned by the angles of their places: rotary positions.

    Raises:
        ValueError: If d is odd or below 2, or there is no place.
    """
    T, d = X.shape[-2:]
    waves = sinusoids(T, d).to(X)
    sin, cos = waves[:, 0::2], waves[:, 1::2]
    x, y = X[..., 0::2], X[..., 1::2]
    return torch.stack([cos * x - sin * y, sin * x + cos * y], dim=-1).flatten(-2)


class Table(nn.Module):
    """Vectors of places that are learned, one after the other, up to the last.

    Args:
        longest: How many places there are.
        d: Numbers of each.
    """

    def __init__(self, longest: int, d: int) -> None:
        check_at_least("longest", longest, 1)
        super().__init__()
        self.e = nn.Parameter(
            0.02 * torch.randn(longest, d, dtype=torch.float32)
        )  # BERT's spread

    def forward(self, T: int) -> Tensor:
        """Return the vectors of the first T places (T, d).

        Raises:
            ValueError: If the table has fewer.
        """
        check_places(T, len(self.e))
        return self.e[:T]


def check_places(T: int, longest: int) -> None:
    """Refuse places that a table does not have.

    Raises:
        ValueError: If T is below 1 or above.
    """
    if not 1 <= T <= longest:
        raise ValueError(f"T is {T}: the table has 1 to {longest}; cut, or learn more")
