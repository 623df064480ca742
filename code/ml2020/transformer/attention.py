"""Self-attention: each place asks, is matched with all places, and reads their mean.

Chapter: book/transformer_attention.md
Source:  Vaswani et al. (2017), equation 1, https://arxiv.org/abs/1706.03762
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_filled,
    check_finite,
    check_like,
    check_seen,
)


class Attended(NamedTuple):
    """What was read, and where.

    Attributes:
        b: What each place has read (*batch, T, d_v).
        alpha: The weight of each place that was read (*batch, T, S): 0 or more,
            together 1.
    """

    b: Tensor
    alpha: Tensor


def scaled_dot(
    Q: Float[Tensor, "*batch T d_k"], K: Float[Tensor, "*batch S d_k"]
) -> Float[Tensor, "*batch T S"]:
    """Return how well each query matches each key: their product over the root of d_k.

    Args:
        Q: The queries, a row a place.
        K: The keys, a row a place.

    Raises:
        ValueError: If there is none, or they have no numbers.
    """
    check_filled("Q", Q, "query")
    check_filled("K", K, "key")
    d_k = Q.shape[-1]
    return (Q / math.sqrt(d_k)) @ K.mT


def attention(
    Q: Float[Tensor, "*batch T d_k"],
    K: Float[Tensor, "*batch S d_k"],
    V: Float[Tensor, "*batch S d_v"],
    seen: Tensor | None = None,
) -> Attended:
    """Return what each query reads: the mean of the values, weighted by the matches.

    Args:
        Q: The queries, a row a place.
        K: The keys, a row a place that is read.
        V: The values, likewise.
        seen: Which places each query may see, True or False; its shape is stretched to
            (*batch, T, S). Without it, all.

    Raises:
        ValueError: If there is no place, a number is NaN or infinite, Q and K are so
            large that scores may overflow, the mask does not fit, or a query may see
            nothing.
    """
    check_attention(Q, K, V, seen)
    A = scaled_dot(Q, K)
    if seen is not None:
        A = A.masked_fill(~seen, -torch.inf)
    A_hat = A.softmax(dim=-1)
    return Attended(A_hat @ V, A_hat)


def check_attention(Q: Tensor, K: Tensor, V: Tensor, seen: Tensor | None) -> None:
    """Refuse what has no mean.

    Raises:
        ValueError: See `attention`.
    """
    for name, part in (("Q", Q), ("K", K), ("V", V)):
        check_filled(name, part, "place")
        check_finite(name, part, "train with a lower rate")
        check_like(name, part, "Q", Q)
    check_scale(Q, K)
    if seen is not None:
        check_seen(seen, (*Q.shape[:-1], K.shape[-2]))


def check_scale(Q: Tensor, K: Tensor) -> None:
    """Refuse queries and keys whose scores may be too large for their type.

    Raises:
        ValueError: If the greatest numbers of both, times the root of d_k, overflow.
    """
    largest = Q.detach().abs().max() * Q.shape[-1] ** 0.5 * K.detach().abs().max()
    if not largest.isfinite():
        raise ValueError("Q and K are so large that scores overflow: make them smaller")
