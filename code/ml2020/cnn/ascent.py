"""Ascent: look for the picture that a number of the network likes best.

Chapter: book/cnn_inside.md
Source:  Erhan, Bengio, Courville and Vincent (2009); Simonyan, Vedaldi and Zisserman
         (2014), https://arxiv.org/abs/1312.6034
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_depends,
    check_dots,
    check_positive,
)

Pictures = Float[Tensor, "n channels rows columns"]
Score = Callable[[Tensor], Tensor]


def ink(x: Pictures) -> Float[Tensor, " n"]:
    """Return the sum of each picture: the lecture's price (L1), if no dot is below 0.

    The absolute value would have the slope 0 at 0, and ascent would put ink back there.
    """
    return x.sum(dim=(1, 2, 3))


def roughness(x: Pictures) -> Float[Tensor, " n"]:
    """Return how much neighbours differ, in each picture: the total variation."""
    down = (x[:, :, 1:] - x[:, :, :-1]).abs()
    right = (x[..., 1:] - x[..., :-1]).abs()
    return down.sum(dim=(1, 2, 3)) + right.sum(dim=(1, 2, 3))


def ascend(
    score: Score,
    x: Pictures,
    lr: float,
    steps: int,
    price: Score | None = None,
) -> Pictures:
    """Return pictures after gradient ascent, their dots kept between 0 and 1.

    Args:
        score: Maps pictures to what each has to make large, one number a picture.
        x: Where to begin, one picture for each score, its dots from 0 to 1; it stays as
            it is.
        lr: The rate, positive.
        steps: How many, 0 or more.
        price: Likewise to what is subtracted from it.

    Raises:
        ValueError: If there is no picture, a number or a dot is outside its range, the
            score does not depend on the picture, or its slope is NaN or infinite.
    """
    check_ascent(x, lr, steps)
    check_depends("score", score, x)
    for _ in range(steps):
        x = x.detach().requires_grad_()
        good = score(x) if price is None else score(x) - price(x)
        (slope,) = torch.autograd.grad(good.sum(), x)
        if not slope.isfinite().all():
            raise ValueError(
                "score has a slope of NaN or infinity: walk through the model"
            )
        x = (x + lr * slope).clamp(0, 1)
    return x.detach()


def check_ascent(x: Tensor, lr: float, steps: int) -> None:
    """Refuse an ascent without a picture, a rate or a count of steps.

    Raises:
        ValueError: If there is none, or one is outside its range, NaN or infinite.
    """
    check_dots("x", x)
    check_positive("lr", lr)
    check_at_least("steps", steps, 0)
