"""Topics: texts and words in the same few dimensions (LSA), or as sums of topics.

Chapter: book/linear_methods_factors.md
Source:  Deerwester, Dumais, Furnas, Landauer and Harshman (1990); the weights are those
         of Salton and Buckley (1988), https://doi.org/10.1016/0306-4573(88)90021-0
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_features


class Topics(NamedTuple):
    """Places of the texts and of the words: their products give the table back."""

    texts: Float[Tensor, "n K"]
    words: Float[Tensor, "m K"]


def weighted_counts(counts: Float[Tensor, "n m"]) -> Float[Tensor, "n m"]:
    """Return tf-idf: counts, of which those of rare words count more.

    Args:
        counts: How often each text (row) has each word (column).

    Raises:
        ValueError: If a text has no word, or a word is in no text, or a count is
            negative or not finite.
    """
    check_word_counts(counts)
    met = (counts > 0).sum(dim=0)  # texts that have the word
    return counts * (len(counts) / met.to(counts)).log()


def lsa(table: Float[Tensor, "n m"], count: int) -> Topics:
    """Return the best table of this rank, in two factors: no mean is taken away.

    Args:
        table: Texts in rows, words in columns.
        count: How many dimensions, 1 to the rank of the table.

    Raises:
        ValueError: If the table is empty, not finite, or has a lower rank.
    """
    check_features("table", table)
    check_rank(table, count)
    U, sigma, Vt = torch.linalg.svd(table, full_matrices=False)
    return Topics(U[:, :count] * sigma[:count], Vt[:count].T)


def check_word_counts(counts: Tensor) -> None:
    """Refuse texts without words, and words without texts.

    Raises:
        ValueError: If there is one, or a count is negative or not finite.
    """
    check_features("counts", counts)
    if (counts < 0).any():
        raise ValueError("counts has negative entries: count how often a word is there")
    if not counts.any(dim=1).all() or not counts.any(dim=0).all():
        raise ValueError("counts has an empty row or column: leave it out")


def check_rank(table: Tensor, count: int) -> None:
    """Refuse dimensions that the table does not have.

    Raises:
        ValueError: If the count is below 1, or above the rank.
    """
    rank = int(torch.linalg.matrix_rank(table))
    if not 1 <= count <= rank:
        raise ValueError(f"count is {count}: give 1 to {rank}, the rank of the table")
