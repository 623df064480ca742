"""Feature scaling: every column gets the mean 0 and the standard deviation 1.

Chapter: book/gradient_descent.md
Source:  LeCun, Bottou, Orr and Mueller (1998), section 4.3,
         https://doi.org/10.1007/3-540-49430-8_2
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_features, check_finite


def moments(
    X: Float[Tensor, "n features"],
) -> tuple[Float[Tensor, " features"], Float[Tensor, " features"]]:
    """Return the mean m and the standard deviation sigma of each column.

    Args:
        X: The training examples, one a row. New ones are scaled by the same numbers.

    Raises:
        ValueError: If there is no example, a number is not finite, or a column has
            the same number everywhere, up to rounding, or numbers whose squares its
            type cannot hold.
    """
    check_features("X", X)
    rounding = 4 * torch.finfo(X.dtype).eps * X.abs().amax(dim=0)
    level = (X.amax(dim=0) - X.amin(dim=0) <= rounding).nonzero()[:, 0].tolist()
    if level:
        raise ValueError(f"X has no spread in columns {level}: drop them")
    near = X - X[0]  # small numbers, whose mean loses no digits
    away = near.mean(dim=0)
    m, sigma = X[0] + away, ((near - away) ** 2).mean(dim=0).sqrt()
    lost = ((sigma == 0) | ~sigma.isfinite()).nonzero()[:, 0].tolist()
    if lost:
        raise ValueError(
            f"X has squares beyond its type in columns {lost}: change their unit"
        )
    return m, sigma


def standardise(
    X: Float[Tensor, "n features"],
    m: Float[Tensor, " features"],
    sigma: Float[Tensor, " features"],
) -> Float[Tensor, "n features"]:
    """Return the columns, each shifted by its m and divided by its sigma.

    Args:
        X: Examples, one a row.
        m: The mean of each column of the training examples.
        sigma: Their standard deviation.

    Raises:
        ValueError: If a number is not finite, or a sigma not positive, or so small
            that the quotients are not finite.
    """
    for name, values in {"X": X, "m": m, "sigma": sigma}.items():
        check_finite(name, values, "mend the examples")
    if not (sigma > 0).all():
        raise ValueError("sigma has a zero or negative: drop that column")
    scaled = (X - m) / sigma
    if not scaled.isfinite().all():
        raise ValueError("sigma has a number too small for X: drop that column")
    return scaled
