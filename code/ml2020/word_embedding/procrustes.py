"""Procrustes: the rotation that lays one space of words on another.

Chapter: book/word_embedding.md
Source:  Schönemann (1966), https://doi.org/10.1007/BF02289451
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite
from ml2020.word_embedding.neighbours import unit

Rows = Float[Tensor, "words d"]


def rotation(A: Rows, B: Rows) -> Float[Tensor, "d d"]:
    """Return the orthogonal Q for which A Q is nearest to B, by sum of squares.

    A' B = U S V', and Q = U V'. It may mirror, too.

    Raises:
        ValueError: If there are no words, or some vectors have no numbers.
    """
    for name, value in (("A", A), ("B", B)):
        check_filled(name, value, "word")
        check_finite(name, value, "leave such words out")
    U, _, Vh = torch.linalg.svd(A.T @ B)
    return U @ Vh


def translated(
    A: Rows, B: Float[Tensor, "others d"], Q: Float[Tensor, "d d"]
) -> Int[Tensor, " words"]:
    """Return for each row of A the row of B with the largest cosine to it, rotated."""
    return (unit(A @ Q) @ unit(B).T).argmax(dim=1)
