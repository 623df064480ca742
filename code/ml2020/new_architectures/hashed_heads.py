"""Hashed heads: self-attention by hashing as a layer, and what it costs.

Chapter: book/new_architectures.md
Source:  Kitaev, Kaiser and Levskaya (2020), section 2, https://arxiv.org/abs/2001.04451
"""

import torch
from torch import Tensor, nn

from ml2020.new_architectures.hashing import buckets_of, hashed_attention
from ml2020.support.checks import check_at_least
from ml2020.transformer.heads import in_heads, joined


class HashedHeads(nn.Module):
    """Self-attention with several heads by hashing; queries are keys.

    Args:
        d: Numbers of a place.
        h: Heads, a divisor of d.
        m: Places of a chunk; there are 2 T / m buckets.
        rounds: Of hashing, 1 or more.
        longest: Most places, for which random numbers are drawn, a multiple of m.
    """

    def __init__(self, d: int, h: int, m: int, rounds: int, longest: int = 64) -> None:
        check_divides(d, h)
        check_at_least("rounds", rounds, 1)
        check_at_least("m", m, 1)
        check_longest(longest, m)
        super().__init__()
        self.h, self.m, self.longest = h, m, longest
        self.W_qk, self.W_v, self.W_o = (nn.Linear(d, d) for _ in range(3))
        for W in (self.W_qk, self.W_v, self.W_o):
            nn.init.xavier_uniform_(W.weight)
            nn.init.zeros_(W.bias)
        self.R: Tensor
        R = torch.randn(rounds, d // h, longest // m, dtype=torch.float32)
        self.register_buffer("R", R)

    def forward(self, X: Tensor) -> Tensor:
        """Return what each place of X (n, T, d) reads.

        Raises:
            ValueError: If m does not divide T, or T is above the longest.
        """
        check_short(X.shape[-2], self.longest)
        Q, V = in_heads(self.W_qk(X), self.h), in_heads(self.W_v(X), self.h)
        R = self.R[..., : max(X.shape[-2] // self.m, 1)]
        read = hashed_attention(Q, V, buckets_of(Q.detach(), R), self.m)
        said: Tensor = self.W_o(joined(read))
        return said


def hashed_products(T: int, d: int, m: int, rounds: int) -> int:
    """Return the products of numbers of such a layer with one head.

    Raises:
        ValueError: If a number is below 1.
    """
    for name, size in (("T", T), ("d", d), ("m", m), ("rounds", rounds)):
        check_at_least(name, size, 1)
    seen = min(2 * m, T)
    return 3 * T * d**2 + rounds * (2 * T * seen * d + T * d * (T // m))


def check_divides(d: int, h: int) -> None:
    """Refuse heads among which the numbers of a place cannot be divided."""
    check_at_least("d", d, 1)
    if h < 1 or d % h:
        raise ValueError(f"h is {h}: choose a divisor of d, {d}")


def check_longest(longest: int, m: int) -> None:
    """Refuse a longest sequence that cannot be cut into chunks."""
    check_at_least("longest", longest, m)
    if longest % m:
        raise ValueError(f"longest is {longest}: choose a multiple of m, {m}")


def check_short(T: int, longest: int) -> None:
    """Refuse more places than random numbers were drawn for."""
    if T > longest:
        raise ValueError(f"X has {T} places: give {longest}, the longest, or fewer")
