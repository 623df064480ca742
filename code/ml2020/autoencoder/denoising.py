"""Denoising: give back what was there before the noise; and the best line for it.

Chapter: book/autoencoder_codes.md
Source:  Vincent et al. (2008), https://doi.org/10.1145/1390156.1390294, with Gaussian
         noise
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.autoencoder.network import AutoEncoder, Rows, squared_error
from ml2020.support.checks import check_at_least, check_features, check_positive


def denoising_loss(
    model: AutoEncoder,
    x: Rows,
    sigma: float,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, ""]:
    """Return how far from x that is what is rebuilt of x with noise.

    Args:
        model: Encoder and decoder.
        x: Clean examples.
        sigma: Standard deviation of the noise, 0 or more.
        generator: Draws it.

    Raises:
        ValueError: If sigma is negative, infinite or NaN.
    """
    check_at_least("sigma", sigma, 0)
    epsilon = sigma * torch.randn(x.shape, generator=generator, dtype=x.dtype)
    return squared_error(x, model(x + epsilon.to(x.device)))


def wiener(X: Rows, sigma: float) -> tuple[Float[Tensor, " d"], Float[Tensor, "d d"]]:
    """Return the mean of clean examples, and the matrix of the best line back to them.

    A noisy row becomes mean + (row - mean) @ matrix.

    Args:
        X: Clean examples, two or more.
        sigma: Standard deviation of the noise, positive.

    Raises:
        ValueError: If there are fewer than two, a number is not finite, or sigma is
            not positive.
    """
    check_rows(X)
    check_positive("sigma", sigma)
    mu, d = X.mean(dim=0), X.shape[1]
    C = torch.cov(X.T, correction=0).reshape(d, d)
    noise = sigma**2 * torch.eye(d, dtype=X.dtype, device=X.device)
    return mu, torch.linalg.solve(C + noise, C)


def check_rows(X: Tensor) -> None:
    """Refuse fewer examples than have a covariance."""
    check_features("X", X)
    if len(X) < 2:
        raise ValueError("X has one example: give two or more")
