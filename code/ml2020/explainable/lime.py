"""LIME: a linear model of the score in the neighbourhood of one example.

Chapter: book/explainable_local.md
Source:  Ribeiro, Singh and Guestrin (2016), section 3, https://arxiv.org/abs/1602.04938
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_positive,
)


class Surrogate(NamedTuple):
    """A linear model that stands for another one, near an example."""

    w: Float[Tensor, " parts"]  # of each part; 1 means: kept
    b: Float[Tensor, ""]
    fidelity: float  # R squared on what it was fitted to, weighted alike


def closeness(
    z: Float[Tensor, "samples parts"], width: float
) -> Float[Tensor, " samples"]:
    """Return exp(-D^2 / width^2), where D^2 is the share of parts that are gone.

    Raises:
        ValueError: If width is not positive.
    """
    check_positive("width", width)
    return torch.exp(-(1 - z).square().mean(dim=1) / width**2)


def lime(
    z: Float[Tensor, "samples parts"],
    y: Float[Tensor, " samples"],
    closeness: Float[Tensor, " samples"],
    strength: float = 0.0,
) -> Surrogate:
    """Return the weighted ridge regression of scores on what was kept.

    Args:
        z: Which parts each sample keeps: 1, kept; 0, gone.
        y: The score of each.
        closeness: The weight of each, 0 or more, one of them above.
        strength: Of the pull on w, 0 or more; b is not pulled.

    Raises:
        ValueError: If there is no sample, a number is out of range, NaN or infinite, or
            the samples do not tell the parts apart.
    """
    check_samples(z, y, closeness, strength)
    pi = closeness / closeness.sum()
    middle, mean = pi @ z, pi @ y
    Z, t = z - middle, y - mean
    A = Z.T @ (pi[:, None] * Z) + strength * torch.eye(z.shape[1]).to(z)
    w = torch.linalg.solve(A, Z.T @ (pi * t))
    left, all_ = pi @ (t - Z @ w).square(), pi @ t.square()
    fidelity = 1 - (left / all_).item() if all_ > 0 else 1.0
    return Surrogate(w, mean - middle @ w, fidelity)


def check_samples(z: Tensor, y: Tensor, closeness: Tensor, strength: float) -> None:
    """Refuse samples that no regression can be made of.

    Raises:
        ValueError: If there is none, or a number is out of range, NaN or infinite.
    """
    check_filled("z", z, "sample")
    for name, value in (("z", z), ("y", y), ("closeness", closeness)):
        check_finite(name, value, "give numbers")
    if closeness.min() < 0 or closeness.sum() <= 0:
        raise ValueError("closeness has no positive sum: give 0 or more, one above")
    check_at_least("strength", strength, 0)
    check_told_apart(z, closeness / closeness.sum(), strength)


def check_told_apart(z: Tensor, pi: Tensor, strength: float) -> None:
    """Refuse parts that always come and go together.

    Raises:
        ValueError: If the weighted squares, with the strength, have no inverse, up to
            rounding, or overflow.
    """
    Z = z - pi @ z
    A = Z.T @ (pi[:, None] * Z) + strength * torch.eye(z.shape[1]).to(z)
    check_finite("z", A, "it overflows: give 0 or 1")
    if torch.linalg.matrix_rank(A, hermitian=True) < z.shape[1]:
        raise ValueError("z does not tell its parts apart: give more samples, strength")
