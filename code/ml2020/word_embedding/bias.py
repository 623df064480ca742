"""Bias: which words lean to one side, and a text in which none can.

Chapter: book/word_embedding.md
Source:  Bolukbasi et al. (2016), section 4, for the direction,
         https://arxiv.org/abs/1607.06520; the swap is that of Zhao et al. (2018),
         section 4.1, https://aclanthology.org/N18-2003
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_shape
from ml2020.word_embedding.neighbours import Vectors, unit

Side = Int[Tensor, " pairs"]


def lean(V: Vectors, left: Side, right: Side) -> Float[Tensor, " words"]:
    """Return for each word by how much its cosines to the left words are larger.

    Args:
        V: The vectors.
        left: Places of words such as he, his, man.
        right: Those of their partners, in the same order.
    """
    check_sides(left, right, len(V))
    X = unit(V)
    return X @ (X[left] - X[right]).mean(dim=0)


def exchanged(left: Side, right: Side, size: int) -> Int[Tensor, " size"]:
    """Return the place of each word's partner; of most words their own.

    Raises:
        ValueError: If a word is in two pairs, or outside of the vocabulary.
    """
    check_sides(left, right, size)
    partner = torch.arange(size)
    partner[left], partner[right] = right, left
    return partner


def balanced_counts(
    N: Float[Tensor, "size size"], left: Side, right: Side
) -> Float[Tensor, "size size"]:
    """Return the mean of the counts and of those after each word became its partner."""
    partner = exchanged(left, right, len(N))
    return (N + N[partner][:, partner]) / 2


def check_sides(left: Tensor, right: Tensor, size: int) -> None:
    """Refuse pairs that cannot be exchanged.

    Raises:
        ValueError: If there is none, one has no partner, a word is in two pairs, or
            outside of the vocabulary.
    """
    check_shape("right", right, tuple(left.shape))
    both = torch.cat([left, right])
    if not len(both):
        raise ValueError("left is empty: give at least one pair")
    if len(set(both.tolist())) < len(both):
        raise ValueError("left and right have a word twice: give each one partner")
    if both.min() < 0 or both.max() >= size:
        raise ValueError(f"left or right is outside 0 to {size - 1}: leave it out")
