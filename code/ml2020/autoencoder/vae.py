"""VAE: codes with noise, and a price on codes that are far out or too sure.

Chapter: book/autoencoder_vae.md
Source:  Kingma and Welling (2014), appendix B, https://arxiv.org/abs/1312.6114; the
         factor beta: Higgins et al. (2017)
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.autoencoder.network import AutoEncoder, Rows, squared_error
from ml2020.support.checks import check_at_least, check_positive

Codes = Float[Tensor, "n k"]


def noisy_code(
    m: Codes, s: Codes, *, generator: torch.Generator | None = None
) -> Codes:
    """Return a code drawn around m with the log-variance s; slopes reach m and s.

    Raises:
        ValueError: If the variance overflows.
    """
    check_log_variance(s)
    e = torch.randn(m.shape, generator=generator, dtype=m.dtype).to(m.device)
    return m + (s / 2).exp() * e


def kl_to_normal(m: Codes, s: Codes) -> Codes:
    """Return the divergence from the standard normal, for each number of a code.

    Args:
        m: Means.
        s: Log-variances.

    Raises:
        ValueError: If a variance overflows.
    """
    check_log_variance(s)
    return (s.exp() + m**2 - 1 - s) / 2


def vae_loss(
    model: AutoEncoder,
    x: Rows,
    tau: float,
    beta: float = 1.0,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, ""]:
    """Return what is missed, in squares of tau, and beta times the divergence.

    With beta = 1 it is the bound on -log P(x), but for a constant.

    Args:
        model: Its encoder gives means, then log-variances.
        x: Examples.
        tau: Standard deviation of the dots around what the decoder says, positive.
        beta: The price of the divergence, 0 or more.
        generator: Draws the noise of the codes.

    Raises:
        ValueError: If tau or beta is outside its range, or a log-variance overflows.
    """
    check_positive("tau", tau)
    check_at_least("beta", beta, 0)
    m, s = model.E(x).chunk(2, dim=1)
    z = noisy_code(m, s, generator=generator)
    missed = squared_error(x, model.D(z)) / (2 * tau**2)
    return missed + beta * kl_to_normal(m, s).sum(dim=1).mean()


def vae_cost(
    tau: float, beta: float, *, generator: torch.Generator | None = None
) -> Callable[[AutoEncoder, Tensor], Tensor]:
    """Return `vae_loss` as a function of a network and a batch."""
    return lambda model, x: vae_loss(model, x, tau, beta, generator=generator)


def check_log_variance(s: Tensor) -> None:
    """Refuse log-variances whose exponential is no number."""
    if not s.exp().isfinite().all():
        most = torch.finfo(s.dtype).max
        raise ValueError(
            f"s has a log-variance whose variance overflows, above {most:.3g}: lower"
            " the rate, or clamp s"
        )
