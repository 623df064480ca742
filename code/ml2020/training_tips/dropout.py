"""Dropout: each time an example is learned from, some of the neurons stay away.

Chapter: book/training_tips_testing.md
Source:  Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), section 4;
         the inverted form is that of the libraries
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_shape, check_share


def keep_masks(
    n: int, neurons: int, p: float, *, generator: torch.Generator | None = None
) -> Bool[Tensor, "n neurons"]:
    """Return which neurons stay, drawn anew for each example.

    Args:
        n: How many examples, 1 or more.
        neurons: How many neurons, 1 or more.
        p: The probability with which a neuron is dropped, in [0, 1).
        generator: Seed it to draw the same masks again.

    Raises:
        ValueError: If a number is outside its range.
    """
    check_at_least("n", n, 1)
    check_at_least("neurons", neurons, 1)
    check_share("p", p)
    return torch.rand(n, neurons, generator=generator, dtype=torch.float32) >= p


def dropped(
    a: Float[Tensor, "*n neurons"], keep: Bool[Tensor, "*n neurons"], p: float
) -> Float[Tensor, "*n neurons"]:
    """Return what the neurons say that stay, louder: inverted dropout.

    They are divided by the share that stays, so that each says on average what it says
    without dropout; then nothing is left to do when testing.

    Args:
        a: What all neurons say.
        keep: Which of them stay.
        p: The probability with which each was dropped, in [0, 1).

    Raises:
        ValueError: If p is outside its range, or the mask has another shape.
    """
    check_share("p", p)
    check_shape("keep", keep, a.shape)
    return torch.where(keep, a / (1 - p), 0)
