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


def rotation(X: Rows, Y: Rows) -> Float[Tensor, "d d"]:
    """Return the orthogonal Q for which X Q is nearest to Y, by sum of squares.

    X' Y = L S R', and Q = L R'. It may mirror, too. If there are fewer words than
    dimensions, Q is arbitrary in the directions that no word has.

    Raises:
        ValueError: If there are no words, some vectors have no numbers, or their
            products are beyond their precision.
    """
    for name, value in (("X", X), ("Y", Y)):
        check_filled(name, value, "word")
        check_finite(name, value, "leave such words out")
    check_finite("X' Y", X.T @ Y, "scale X and Y to about 1")
    L, _, Rt = torch.linalg.svd(X.T @ Y)
    return L @ Rt


def translated(
    X: Rows, Y: Float[Tensor, "others d"], Q: Float[Tensor, "d d"]
) -> Int[Tensor, " words"]:
    """Return for each row of X the row of Y with the largest cosine to it, rotated."""
    return (unit(X @ Q) @ unit(Y).T).argmax(dim=1)
