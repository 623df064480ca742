"""The graph Fourier transform: numbers on nodes as a mixture of a graph's own waves.

Chapter: book/gnn_spectral.md
Source:  Shuman, Narang, Frossard, Ortega and Vandergheynst (2013), sections II and III,
         https://arxiv.org/abs/1211.0053
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_filled,
    check_finite,
    check_like,
    check_precision,
    check_symmetric,
)


class Waves(NamedTuple):
    """The waves of a graph, the slowest first: L = U diag(lam) U^T.

    Attributes:
        lam: The eigenvalue, or frequency, of each wave.
        U: The waves, each a column of length 1. The sign of each is arbitrary, and so
            is the choice among waves of equal frequency.
    """

    lam: Float[Tensor, " nodes"]
    U: Float[Tensor, "nodes nodes"]


def waves(L: Float[Tensor, "nodes nodes"]) -> Waves:
    """Return the eigenvalues and eigenvectors of a Laplacian.

    Raises:
        ValueError: If L is empty, not symmetric, no number, or in 16 bits.
    """
    check_laplacian(L)
    check_precision("L", L)
    return Waves(*torch.linalg.eigh(L))


def to_frequencies(
    U: Float[Tensor, "nodes nodes"], x: Float[Tensor, " nodes *width"]
) -> Float[Tensor, " nodes *width"]:
    """Return how much of each wave is in x: its projections on the columns of U."""
    return U.T @ x


def to_nodes(
    U: Float[Tensor, "nodes nodes"], x_hat: Float[Tensor, " nodes *width"]
) -> Float[Tensor, " nodes *width"]:
    """Return the waves, mixed: so much of each column of U as x_hat says."""
    return U @ x_hat


def filtered(
    L: Float[Tensor, "nodes nodes"],
    x: Float[Tensor, " nodes *width"],
    g: Callable[[Tensor], Tensor],
) -> Float[Tensor, " nodes *width"]:
    """Return x with each of its waves multiplied by what g says of the frequency.

    Args:
        L: A Laplacian.
        x: Numbers on the nodes.
        g: The response of the filter, number by number; a tensor, and finite at 0,
            the frequency of constant numbers.

    Raises:
        ValueError: If L is empty, not symmetric, no number, or in 16 bits, x is of
            another type, or g is no response.
    """
    check_like("x", x, "L", L)
    check_response(g, L)
    lam, U = waves(L)
    x_hat = to_frequencies(U, x)
    scale = g(lam).view(-1, *[1] * (x.ndim - 1))
    return to_nodes(U, scale * x_hat)


def check_response(g: Callable[[Tensor], Tensor], L: Tensor) -> None:
    """Raise a ValueError if g gives no tensor, or no number for constant numbers."""
    says = g(torch.zeros(len(L)).to(L))
    if not isinstance(says, Tensor):
        raise ValueError("g gives no tensor: let it compute with what it gets")
    check_finite("g at 0", says, "constant numbers have this frequency")


def check_laplacian(L: Tensor) -> None:
    """Refuse a matrix without orthogonal waves.

    Raises:
        ValueError: If L is empty, not symmetric, or no number.
    """
    check_filled("L", L, "node")
    check_finite("L", L, "give each edge a weight")
    check_symmetric("L", L, L.abs().max())
