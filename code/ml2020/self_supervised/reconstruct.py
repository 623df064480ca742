"""Reconstruct: hide a part of each picture, and let it be said from the rest.

Chapter: book/self_supervised.md
Source:  Vincent, Larochelle, Bengio and Manzagol (2008), section 2.3, for dots at
         random; Pathak et al. (2016), equation 1, for a hole
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.self_supervised.views import holes
from ml2020.support.checks import check_filled, check_shape, check_share

SHARE = 0.3  # of the dots that are hidden


def hidden_dots(
    x: Float[Tensor, "n 1 side side"],
    share: float = SHARE,
    *,
    generator: torch.Generator | None = None,
) -> Bool[Tensor, "n 1 side side"]:
    """Return which dots are hidden, each with the same chance.

    Args:
        x: Pictures.
        share: The chance of a dot, in [0, 1).
        generator: Seed it to hide the same dots again.

    Raises:
        ValueError: If there is no picture, or the chance is out of range.
    """
    check_filled("x", x, "picture")
    check_share("share", share)
    return torch.rand(x.shape, generator=generator, dtype=x.dtype) < share


def hidden_square(
    x: Float[Tensor, "n 1 side side"], *, generator: torch.Generator | None = None
) -> Bool[Tensor, "n 1 side side"]:
    """Return a square of 4 by 4 dots in each picture.

    Raises:
        ValueError: If there is no picture.
    """
    check_filled("x", x, "picture")
    return holes(len(x), x.shape[-1], generator=generator)


def reconstruction_loss(
    says: Float[Tensor, "n dots"],
    x: Float[Tensor, "n 1 side side"],
    asked: Bool[Tensor, "n 1 side side"],
) -> Float[Tensor, ""]:
    """Return the mean squared error over the dots that are asked for.

    Args:
        says: What is said of each dot.
        x: The picture as it was.
        asked: The dots that count: all, or the hidden ones.

    Raises:
        ValueError: If nothing is asked for, or the shapes do not fit.
    """
    check_asked_dots(says, x, asked)
    m = asked.flatten(1).to(x.dtype)
    return (m * (says - x.flatten(1)) ** 2).sum() / m.sum()


def check_asked_dots(says: Tensor, x: Tensor, asked: Tensor) -> None:
    """Refuse a question about no dot, and answers of another size.

    Raises:
        ValueError: If nothing is asked for, or the shapes do not fit.
    """
    check_shape("says", says, tuple(x.flatten(1).shape))
    if not asked.any():
        raise ValueError("asked has no dot: ask for at least one")
