"""Polynomial regression: a curve in x that is still linear in its weights.

Chapter: book/regression.md
Source:  Hastie, Tibshirani and Friedman (2009), section 3.2 (basis expansions),
         https://hastie.su.domains/ElemStatLearn/
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_finite


def powers(x: Float[Tensor, " n"], degree: int) -> Float[Tensor, "n {degree+1}"]:
    """Return the columns 1, x, x^2, ..., x^degree.

    Args:
        x: One feature. Measure it so that it stays near 1: x^5 grows quickly.
        degree: The highest power, 0 or more.

    Raises:
        ValueError: If degree is negative, or a number or a power of it is not finite.
    """
    check_at_least("degree", degree, 0)
    check_finite("x", x)
    check_finite(f"x^{degree}", x**degree, "measure x in units that keep it near 1")
    return torch.stack([x**k for k in range(degree + 1)], dim=1)
