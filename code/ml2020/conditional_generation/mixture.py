"""Mixture: say a word that one knows, or copy one that one has just read.

Chapter: book/conditional_generation_pointing.md
Source:  See, Liu and Manning (2017), equations 8 and 9,
         https://doi.org/10.18653/v1/P17-1099
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_filled


def mixed(
    p_gen: Float[Tensor, "n S"],
    p_words: Float[Tensor, "n S words"],
    alpha: Float[Tensor, "n S T"],
    X: Int[Tensor, "n T"],
    size: int,
) -> Float[Tensor, "n S size"]:
    """Return the probability of each word, known or only read.

    Args:
        p_gen: How likely a word is said, and not copied.
        p_words: Of the words that are known.
        alpha: The weight of each place of what was read.
        X: What was read: numbers of known words, then those of others.
        size: How many numbers there are, with those of others.

    Raises:
        ValueError: If p_gen is no probability, or a word has no number below size.
    """
    check_mixed(p_gen, p_words, X, size)
    said = torch.zeros(*p_gen.shape, size).to(p_words)
    said[..., : p_words.shape[-1]] = p_gen[..., None] * p_words
    places = X[:, None].expand_as(alpha)
    return said.scatter_add(-1, places, (1 - p_gen)[..., None] * alpha)


def check_mixed(p_gen: Tensor, p_words: Tensor, X: Tensor, size: int) -> None:
    """Refuse to copy what has no number, or from nothing.

    Raises:
        ValueError: If p_gen or p_words is no probability, nothing was read, or a word
            has no number below size.
    """
    check_filled("X", X, "word")
    if not ((p_gen >= 0) & (p_gen <= 1)).all():
        raise ValueError("p_gen is outside 0 to 1: give probabilities")
    if (p_words < 0).any():
        raise ValueError("p_words is below 0: give probabilities")
    if size < p_words.shape[-1] or int(X.max()) >= size or int(X.min()) < 0:
        raise ValueError(f"size is {size}: give one more than the greatest number")
