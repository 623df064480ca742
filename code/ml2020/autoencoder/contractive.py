"""Contractive: a price on how much the code moves when the example does.

Chapter: book/autoencoder_codes.md
Source:  Rifai et al. (2011), https://icml.cc/2011/papers/455_icmlpaper.pdf
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.autoencoder.network import AutoEncoder, Rows, squared_error
from ml2020.support.checks import check_at_least


def contraction(
    f: Callable[[Tensor], Tensor],
    x: Rows,
) -> Float[Tensor, ""]:
    """Return the sum of all squared slopes of f, a mean over examples.

    Args:
        f: Maps rows to rows, each on its own.
        x: Examples.
    """
    J = torch.func.vmap(torch.func.jacrev(f))(x)  # (n, out, d)
    return J.square().sum(dim=(1, 2)).mean()


def contractive_loss(model: AutoEncoder, x: Rows, lam: float) -> Float[Tensor, ""]:
    """Return what is missed, and lam times the squared slopes of the code.

    Args:
        model: Encoder and decoder.
        x: Examples.
        lam: The price, 0 or more.

    Raises:
        ValueError: If it is negative, infinite or NaN.
    """
    check_at_least("lam", lam, 0)
    return squared_error(x, model(x)) + lam * contraction(model.E, x)
