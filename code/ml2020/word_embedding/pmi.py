"""PMI and SVD: how much more often than by chance two words meet, in few dimensions.

Chapter: book/word_embedding.md
Source:  Levy and Goldberg (2014), sections 3 and 4, https://papers.nips.cc/paper/5477
         the random directions are those of Halko, Martinsson and Tropp (2011),
         algorithm 4.4, https://doi.org/10.1137/090771806
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_counts,
    check_finite,
    check_positive,
)

ROUNDS, MORE = 5, 16  # of the search for directions; directions beyond those asked for
Matrix = Float[Tensor, "rows columns"]


def pmi(N: Matrix, smoothing: float = 1) -> Matrix:
    """Return ln p_ij / (p_i p_j): 0 by chance, minus infinity if they never meet.

    Args:
        N: Counts of pairs.
        smoothing: The power of the columns' counts in p_j: 1 takes them as they are,
            0.75 is what negative sampling draws from.

    Raises:
        ValueError: If a count is negative, a row or column has none, or the power is
            negative or no number.
    """
    check_counts(N)
    check_at_least("smoothing", smoothing, 0)
    p = N / N.sum()
    p_i = p.sum(dim=1, keepdim=True)
    p_j = p.sum(dim=0) ** smoothing
    return (p / (p_i * p_j / p_j.sum())).log()


def ppmi(N: Matrix, smoothing: float = 1, negatives: float = 1) -> Matrix:
    """Return the positive part of PMI - ln k; with k = 1 of PMI itself.

    Raises:
        ValueError: As `pmi`; or if `negatives`, the k, is not positive.
    """
    check_positive("negatives", negatives)
    shift = math.log(negatives)
    return (pmi(N, smoothing) - shift).clamp(min=0)


def leading_svd(
    M: Matrix, rank: int, *, generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """Return U, S, V of the best approximation of so low a rank: U diag(S) V'.

    A large matrix is searched from random directions, which is exact in the limit of
    many rounds; a small one is decomposed.

    Raises:
        ValueError: If the rank is not from 1 to that of a full matrix.
    """
    check_finite("M", M, "give PPMI, not PMI")
    check_rank(rank, min(M.shape))
    width = rank + MORE
    if min(M.shape) <= 4 * width:
        U, S, Vh = torch.linalg.svd(M, full_matrices=False)
        return U[:, :rank], S[:rank], Vh[:rank].T
    dice = torch.randn(M.shape[1], width, generator=generator, dtype=M.dtype)
    Q = torch.linalg.qr(M @ dice.to(M.device)).Q
    for _ in range(ROUNDS):
        Q = torch.linalg.qr(M.T @ Q).Q
        Q = torch.linalg.qr(M @ Q).Q
    U, S, Vh = torch.linalg.svd(Q.T @ M, full_matrices=False)
    return Q @ U[:, :rank], S[:rank], Vh[:rank].T


def svd_vectors(
    M: Matrix,
    dimension: int,
    power: float = 0.5,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "rows dimension"]:
    """Return a vector for each row: U diag(S)**power.

    Args:
        M: What rows and columns have to do with each other, as from `ppmi`.
        dimension: Of the vectors.
        power: 0.5 shares S evenly between rows and columns; 1 keeps all angles between
            rows that the rank allows; 0 weighs all directions alike, also those in
            which M has nothing, which are then arbitrary.
        generator: For the random directions.

    Raises:
        ValueError: If the dimension is not from 1 to the rank of a full matrix, or the
            power is negative or no number.
    """
    check_at_least("power", power, 0)
    U, S, _ = leading_svd(M, dimension, generator=generator)
    return U * S**power


def check_rank(rank: int, most: int) -> None:
    """Refuse a rank that the matrix cannot have.

    Raises:
        ValueError: If it is below 1 or above the most.
    """
    if not 1 <= rank <= most:
        raise ValueError(f"rank is {rank}: give 1 to {most}, the smaller side of M")
