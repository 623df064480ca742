"""Minima: how often a random critical point is a valley in every direction.

Chapter: book/training_tips_training.md
Source:  Lee (2020), local minima; Dauphin and others (2014), section 2,
         https://arxiv.org/abs/1406.2572
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_filled, check_finite


def random_hessians(
    draws: int, d: int, *, generator: torch.Generator | None = None
) -> Float[Tensor, "draws d d"]:
    """Return symmetric Gaussian matrices: the orthogonal ensemble, in float64.

    Entries off the diagonal have the variance 1, those on it 2, so that no direction of
    space is preferred.

    Args:
        draws: How many, 1 or more.
        d: How many rows and columns each has, 1 or more.
        generator: Seed it to draw the same matrices again.

    Raises:
        ValueError: If a number is below 1.
    """
    check_at_least("draws", draws, 1)
    check_at_least("d", d, 1)
    shape = draws, d, d
    G = torch.randn(shape, generator=generator, dtype=torch.float64)
    return (G + G.mT) / 2**0.5


def share_of_minima(hessians: Float[Tensor, "draws d d"]) -> float:
    """Return the share of matrices that curve upwards in every direction.

    A direction that is flat up to rounding does not curve upwards.

    Args:
        hessians: Symmetric matrices.

    Raises:
        ValueError: If there is none, a number is NaN or infinite, or a matrix is not
            symmetric.
    """
    check_filled("hessians", hessians, "matrix with a row")
    check_finite("hessians", hessians, "drop those matrices")
    check_mirrored(hessians)
    curves = torch.linalg.eigvalsh(hessians)
    flat = rounding(hessians) * curves.abs().amax(dim=1)
    return (curves[:, 0] > flat).double().mean().item()


def rounding(hessians: Tensor) -> float:
    """Return which share of a largest number may be nothing but rounding."""
    return 16 * hessians.shape[-1] * torch.finfo(hessians.dtype).eps


def check_mirrored(hessians: Tensor) -> None:
    """Refuse matrices of which only a half would be read.

    Raises:
        ValueError: If one is not symmetric.
    """
    slack = rounding(hessians) * hessians.abs().amax(dim=(1, 2), keepdim=True)
    if not ((hessians - hessians.mT).abs() <= slack).all():
        raise ValueError("hessians is not symmetric: average each with its transpose")
