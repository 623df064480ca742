"""Linear VAE: where the bound, what it bounds and the gap can all be written down.

Codes are standard normal, z; examples are W z + mu with noise of variance tau^2.

Chapter: book/autoencoder_vae.md
Source:  Tipping and Bishop (1999), https://doi.org/10.1111/1467-9868.00196; as an
         auto-encoder: Lucas et al. (2019), https://arxiv.org/abs/1911.02469
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_positive

Rows = Float[Tensor, "n d"]
Loadings = Float[Tensor, "d k"]
Matrix = Float[Tensor, "k k"]


def log_evidence(x: Rows, W: Loadings, tau: float) -> Float[Tensor, " n"]:
    """Return log P(x) of centred examples, codes summed over.

    Raises:
        ValueError: If tau is not positive.
    """
    check_positive("tau", tau)
    d = W.shape[0]
    S = W @ W.T + tau**2 * torch.eye(d, dtype=x.dtype, device=x.device)
    far = (x * torch.linalg.solve(S, x.T).T).sum(dim=1)
    return -(d * math.log(2 * math.pi) + torch.logdet(S) + far) / 2


def posterior(x: Rows, W: Loadings, tau: float) -> tuple[Float[Tensor, "n k"], Matrix]:
    """Return the means of P(z | x), and its covariance, the same for all x.

    Raises:
        ValueError: If tau is not positive.
    """
    check_positive("tau", tau)
    k = W.shape[1]
    M = W.T @ W / tau**2 + torch.eye(k, dtype=x.dtype, device=x.device)
    V = torch.linalg.inv(M)
    return x @ W @ V / tau**2, V


def lower_bound(
    x: Rows, W: Loadings, tau: float, m: Float[Tensor, "n k"], V: Matrix
) -> Float[Tensor, " n"]:
    """Return the bound on log P(x) with codes that are normal, of mean m, variance V.

    Raises:
        ValueError: If tau is not positive, or V is no covariance.
    """
    check_positive("tau", tau)
    check_covariance(V)
    d, k = W.shape
    missed = (x - m @ W.T).square().sum(dim=1) + torch.trace(W @ V @ W.T)
    fits = -(d * math.log(2 * math.pi * tau**2) + missed / tau**2) / 2
    kl = (torch.trace(V) + m.square().sum(dim=1) - k - torch.logdet(V)) / 2
    return fits - kl


def check_covariance(V: Tensor) -> None:
    """Refuse a matrix that has no logarithm of a determinant."""
    if not (torch.linalg.eigvalsh(V) > 0).all():
        raise ValueError("V is no covariance: give a positive definite matrix")
