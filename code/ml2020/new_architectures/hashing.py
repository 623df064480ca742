"""Hashing: who looks in the same direction gets the same number, mostly.

Chapter: book/new_architectures.md
Source:  Kitaev, Kaiser and Levskaya (2020), section 2, https://arxiv.org/abs/2001.04451
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite
from ml2020.transformer.attention import scaled_dot

ALONE = -1e5  # the score of a place with itself, which counts only if nobody else does


def buckets_of(
    x: Float[Tensor, "*batch T d"], R: Float[Tensor, "rounds d half"]
) -> Int[Tensor, "rounds *batch T"]:
    """Return a bucket of each vector, by its direction, in each round.

    Args:
        x: The vectors.
        R: Random matrices of normal numbers, one a round; 2 half buckets.

    Raises:
        ValueError: If there is no vector, or a number is NaN or infinite.
    """
    check_filled("x", x, "vector")
    check_finite("x", x)
    xR = torch.einsum("...td,rdk->r...tk", x, R)
    return torch.cat([xR, -xR], dim=-1).argmax(dim=-1)


def in_chunks(x: Tensor, order: Tensor, m: int) -> Tensor:
    """Return places (*batch, T, d), sorted, in chunks of m (*batch, T / m, m, d)."""
    return x.take_along_dim(  # type: ignore[no-untyped-call]
        order[..., None], dim=-2
    ).unflatten(-2, (-1, m))


def with_before(x: Tensor) -> Tensor:
    """Return chunks (*batch, c, m, d), each with the one before it behind it.

    A single chunk stays alone; the first of several gets the last.
    """
    return x if x.shape[-3] == 1 else torch.cat([x, x.roll(1, dims=-3)], dim=-2)


def one_round(
    Q: Tensor, V: Tensor, names: Tensor, r: int, m: int
) -> tuple[Tensor, Tensor]:
    """Return what places read in one round (*batch, T, v), and with what log weight.

    Args:
        Q: Queries (*batch, T, d).
        V: Values (*batch, T, v).
        names: The buckets of each place in all rounds, then its own number
            (*batch, T, rounds + 1).
        r: Which round.
        m: Places of a chunk.
    """
    order = names[..., r].argsort(dim=-1, stable=True)
    q, k, v, n = (in_chunks(x, order, m) for x in (Q, unit(Q), V, names))
    k, v, seen = with_before(k), with_before(v), with_before(n)
    alike = n[..., :, None, :] == seen[..., None, :, :]
    often = alike[..., :-1].sum(dim=-1)  # rounds in which two share a bucket
    A = scaled_dot(q, k) - often.clamp(min=1).log()
    A = A.masked_fill(alike[..., -1], ALONE)
    A = A.masked_fill(~alike[..., r], -torch.inf)
    z = A.logsumexp(dim=-1, keepdim=True)
    back = order.argsort(dim=-1)[..., None]
    b, z = ((A - z).exp() @ v).flatten(-3, -2), z.flatten(-3, -2)
    return b.take_along_dim(back, dim=-2), z.take_along_dim(back, dim=-2)


def hashed_attention(
    Q: Float[Tensor, "*batch T d"],
    V: Float[Tensor, "*batch T v"],
    buckets: Int[Tensor, "rounds *batch T"],
    m: int,
) -> Float[Tensor, "*batch T v"]:
    """Return what each place reads of those that share a bucket with it in some round.

    Places are sorted by bucket, and read in their own chunk and the one before. Keys
    are the queries, at length 1. A place reads itself only if it is alone.

    Args:
        Q: The queries.
        V: The values.
        buckets: See `buckets_of`.
        m: Places of a chunk, a divisor of T.

    Raises:
        ValueError: If m does not divide T.
    """
    check_chunks(Q.shape[-2], m)
    at = torch.arange(Q.shape[-2], device=Q.device).expand(buckets.shape[1:])
    names = torch.stack([*buckets, at], dim=-1)
    rounds = [one_round(Q, V, names, r, m) for r in range(len(buckets))]
    b, z = (torch.stack(part) for part in zip(*rounds, strict=True))
    return (z.softmax(dim=0) * b).sum(dim=0)


def unit(x: Tensor) -> Tensor:
    """Return vectors at length 1."""
    return x / x.norm(dim=-1, keepdim=True).clamp(min=1e-6)


def check_chunks(T: int, m: int) -> None:
    """Refuse chunks into which places cannot be cut."""
    if m < 1 or T < 1 or T % m:
        raise ValueError(f"m is {m}: choose a divisor of {T} places")
