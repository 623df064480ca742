"""Hashing: who looks in the same direction gets the same number, mostly.

Chapter: book/new_architectures.md
Source:  Kitaev, Kaiser and Levskaya (2020), section 2, https://arxiv.org/abs/2001.04451
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite, check_precision
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
        ValueError: If there is no vector or direction, a number is NaN or infinite, or
            R has other numbers than x.
    """
    check_filled("x", x, "vector")
    check_finite("x", x)
    check_filled("R", R, "round and direction")
    check_finite("R", R, "draw it anew")
    check_alike(x, R)
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
        names: The bucket of each place in each round, and its place in the order of
            the buckets of that round (*batch, T, rounds, 2).
        r: Which round.
        m: Places of a chunk.
    """
    back = names[..., r, 1]
    order = back.argsort(dim=-1)
    q, k, v, n = (in_chunks(x, order, m) for x in (Q, unit(Q), V, names.flatten(-2)))
    k, v, seen = with_before(k), with_before(v), with_before(n)
    n, seen = (x.unflatten(-1, (-1, 2)) for x in (n, seen))  # type: ignore[no-untyped-call]
    n, seen = n[..., :, None, :, :], seen[..., None, :, :, :]
    apart = (n[..., 1] // m - seen[..., 1] // m).remainder(Q.shape[-2] // m)
    meet = (n[..., 0] == seen[..., 0]) & (apart <= 1)
    self = n[..., r, 1] == seen[..., r, 1]
    A = scaled_dot(q, k) - meet.sum(dim=-1).clamp(min=1).log()
    A = A.masked_fill(self, ALONE).masked_fill(~meet[..., r], -torch.inf)
    z = A.logsumexp(dim=-1, keepdim=True)
    b, z = ((A - z).exp() @ v).flatten(-3, -2), z.flatten(-3, -2)
    back = back[..., None]
    return b.take_along_dim(back, dim=-2), z.take_along_dim(back, dim=-2)


def named(buckets: Tensor) -> Tensor:
    """Return buckets and places in their order, (*batch, T, rounds, 2); see above."""
    names = buckets.movedim(0, -1)
    rank = names.argsort(dim=-2, stable=True).argsort(dim=-2)
    return torch.stack([names, rank], dim=-1)


def hashed_attention(
    Q: Float[Tensor, "*batch T d"],
    V: Float[Tensor, "*batch T v"],
    buckets: Int[Tensor, "rounds *batch T"],
    m: int,
) -> Float[Tensor, "*batch T v"]:
    """Return what each place reads of those that it meets in some round.

    Places are sorted by bucket and cut into chunks. Two meet in a round if they share a
    bucket, and the one that is read is in the same chunk or the one before. Who is met
    in several rounds counts once. Keys are the queries, at length 1. A place reads
    itself only if it meets nobody.

    Args:
        Q: The queries.
        V: The values.
        buckets: See `buckets_of`.
        m: Places of a chunk, a divisor of T.

    Raises:
        ValueError: If there is no round, m does not divide T, a number is NaN or
            infinite or has less than 32 bits, or queries are so long that they fit
            worse to an opposite one than ALONE says.
    """
    check_filled("buckets", buckets, "round and place")
    check_finite("Q", Q)
    check_finite("V", V)
    check_precision("Q", Q)
    check_short(Q, len(buckets))
    check_chunks(Q.shape[-2], m)
    names = named(buckets)
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


def check_alike(x: Tensor, R: Tensor) -> None:
    """Refuse directions with numbers of another kind than the vectors have."""
    if R.dtype != x.dtype:
        raise ValueError(f"R is {R.dtype}: give it as {x.dtype}, as x is")


def check_short(Q: Tensor, rounds: int) -> None:
    """Refuse queries whose lowest score may be below ALONE."""
    longest = float(Q.detach().norm(dim=-1).max()) / Q.shape[-1] ** 0.5
    if longest + rounds >= -ALONE:
        raise ValueError(f"Q has scores down to -{longest:.0e}: make it shorter")
