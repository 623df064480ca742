"""Attention: match a question with every place, softmax, mean of what stands there.

Chapter: book/rnn_attention.md
Source:  Bahdanau, Cho and Bengio (2015), section 3.1 and appendix A.1.2,
         https://arxiv.org/abs/1409.0473; the dot of Luong, Pham and Manning (2015),
         section 3.1, https://doi.org/10.18653/v1/D15-1166
"""

from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.support.checks import check_finite, check_like, check_shape


class Read(NamedTuple):
    """What was read, and where.

    Attributes:
        c: The mean of what stands at the places (n, S, d), a row a question.
        alpha: The weight of each place (n, S, T), 0 or more, together 1.
    """

    c: Tensor
    alpha: Tensor


class Match(NamedTuple):
    """What additive attention has learned.

    Attributes:
        W: For a question (k, q).
        U: For what stands at a place (k, d).
        v: For the k numbers that come out (k,).
    """

    W: Tensor
    U: Tensor
    v: Tensor


def dot_match(Z: Tensor, H: Tensor) -> Tensor:
    """Return how well each place matches each question (n, S, T): their product.

    Args:
        Z: What is asked (n, S, d).
        H: What stands at each place (n, T, d).

    Raises:
        ValueError: If they are not as long, or of other batches or types.
    """
    check_lengths(Z, H)
    return Z @ H.mT


def additive_match(Z: Tensor, H: Tensor, weights: Match) -> Tensor:
    """Return how well each place matches: a network with one hidden layer says so.

    Args:
        Z: What is asked (n, S, q).
        H: What stands at each place (n, T, d).
        weights: Of this network.

    Raises:
        ValueError: If shapes or types differ.
    """
    check_match(Z, H, weights)
    W, U, v = weights
    return torch.tanh((Z @ W.mT)[..., None, :] + (H @ U.mT)[..., None, :, :]) @ v


def attend(e: Tensor, H: Tensor, there: Tensor) -> Read:
    """Return the mean of what stands at the places, weighted by how well they match.

    Args:
        e: How well each place matches each question (n, S, T), finite.
        H: What stands at each place (n, T, d), of floats, finite behind the end, too.
        there: Whether something is at this place (n, T); behind the end there is not.

    Raises:
        ValueError: If shapes or types differ, nowhere in a row is something, or a
            number is NaN or infinite.
    """
    check_places(e, H, there)
    e = e.masked_fill(~there[..., None, :], -torch.inf)
    alpha = e.softmax(dim=-1)
    return Read(alpha @ H, alpha)


def check_lengths(Z: Tensor, H: Tensor) -> None:
    """Refuse vectors that have no product, and batches that would be stretched.

    Raises:
        ValueError: If they are not as long, or of other batches or types.
    """
    if min(Z.dim(), H.dim()) < 2:
        axes = f"{Z.dim()} and {H.dim()} axes"
        raise ValueError(f"Z and H have {axes}: give rows, of a batch or of one")
    if Z.shape[-1] != H.shape[-1]:
        raise ValueError(f"Z has {Z.shape[-1]} numbers a question: give {H.shape[-1]}")
    check_batch(Z, H)


def check_batch(Z: Tensor, H: Tensor) -> None:
    """Refuse questions about other batches, or of another type, than the places.

    Raises:
        ValueError: If they are.
    """
    check_shape("Z", Z, (*H.shape[:-2], *Z.shape[-2:]))
    check_like("Z", Z, "H", H)


def check_match(Z: Tensor, H: Tensor, weights: Match) -> None:
    """Refuse weights of another network, and batches that would be stretched.

    Raises:
        ValueError: If shapes or types differ.
    """
    check_batch(Z, H)
    k = len(weights.v)
    for name, part in weights._asdict().items():
        check_like(f"weights.{name}", part, "H", H)
    check_shape("weights.W", weights.W, (k, Z.shape[-1]))
    check_shape("weights.U", weights.U, (k, H.shape[-1]))


def check_places(e: Tensor, H: Tensor, there: Tensor) -> None:
    """Refuse a mean over nothing, and matches that make no weights.

    Raises:
        ValueError: If shapes or types differ, nowhere in a row is something, or a
            number is NaN or infinite.
    """
    if not H.is_floating_point():
        raise ValueError(f"H is {H.dtype}: give H.float()")
    check_like("e", e, "H", H)
    check_shape("there", there, H.shape[:-1])
    check_shape("e", e, (*H.shape[:-2], e.shape[-2], H.shape[-2]))
    if there.dtype != torch.bool:
        raise ValueError(f"there is {there.dtype}: give {torch.bool}, True or False")
    if not there.any(dim=-1).all():
        raise ValueError("there is nowhere True in a row: give sequences of 1 or more")
    check_finite("e", e, "give smaller vectors, or train with a lower rate")
    check_finite("H", H, "give numbers, behind the end zeros")
