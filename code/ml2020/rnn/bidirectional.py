"""Bidirectional: one network reads on, one reads back, and both are asked.

Chapter: book/rnn_memory.md
Source:  Schuster and Paliwal (1997), https://doi.org/10.1109/78.650093
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.rnn.network import KINDS, Sizes, Theta, states_of, unpacked
from ml2020.support.checks import check_shape


def all_scores(
    theta: Theta, kind: str, sizes: Sizes, X: Float[Tensor, "T n inputs"]
) -> Float[Tensor, "T *networks n outputs"]:
    """Return what a network says after each input.

    Raises:
        ValueError: As `states_of` does.
    """
    _, V, a = unpacked(theta, kind, sizes)
    states = states_of(theta, kind, sizes, X)
    return torch.stack([KINDS[kind].says(state) for state in states]) @ V.mT + a


def turned_round(
    X: Float[Tensor, " T *shape"], lengths: Int[Tensor, " n"]
) -> Float[Tensor, " T *shape"]:
    """Return each sequence with its last input first; what is behind its end stays.

    Args:
        X: Time first; the axis before the last is that of the sequences.
        lengths: Of the sequences, 1 to T.

    Raises:
        ValueError: If a length is outside that, or there are too many or too few.
    """
    check_lengths(X, lengths)
    t = torch.arange(len(X), device=X.device)[:, None]
    turned = torch.where(t < lengths, lengths - 1 - t, t)  # (T, n)
    places = turned.view(len(X), *[1] * (X.ndim - 3), -1, 1)
    return X.gather(0, places.expand(X.shape))


def scores_both_ways(
    theta: Theta,
    kind: str,
    sizes: Sizes,
    X: Float[Tensor, "T n inputs"],
    lengths: Int[Tensor, " n"],
) -> Float[Tensor, "T *networks n outputs"]:
    """Return the sum of what both networks say of each input.

    It is the same as one readout of both states beside each other.

    Args:
        theta: The numbers of the one that reads on, then of the other.
        kind: One of `KINDS`.
        sizes: Of each of the two.
        X: The inputs, time first; behind the end of a sequence anything.
        lengths: Of the sequences.

    Raises:
        ValueError: If a length is none, or theta does not fit.
    """
    check_lengths(X, lengths)
    check_halves(theta)
    on, back = theta.chunk(2, dim=-1)
    read_back = all_scores(back, kind, sizes, turned_round(X, lengths))
    return all_scores(on, kind, sizes, X) + turned_round(read_back, lengths)


def check_lengths(X: Tensor, lengths: Tensor) -> None:
    """Refuse sequences of length 0, and lengths beyond what is there.

    Raises:
        ValueError: If a length is outside 1 to T, or there are too many or too few.
    """
    check_shape("lengths", lengths, (X.shape[-2],))
    if not ((lengths >= 1) & (lengths <= len(X))).all():
        raise ValueError(f"lengths are outside 1 to {len(X)}: drop empty sequences")


def check_halves(theta: Tensor) -> None:
    """Refuse numbers that are not those of two networks.

    Raises:
        ValueError: If they cannot be halved.
    """
    if theta.shape[-1] % 2:
        raise ValueError(f"theta has {theta.shape[-1]} numbers: give those of two")
