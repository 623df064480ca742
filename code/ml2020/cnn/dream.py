"""Dream: whatever a layer sees in a picture, make it see more of it.

Chapter: book/cnn_inside.md
Source:  Mordvintsev, Olah and Tyka (2015), Inceptionism; of their tricks only the
         division of the slope and the movements by chance are here
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_depends,
    check_dots,
    check_filled,
    check_finite,
    check_positive,
)

Pictures = Float[Tensor, "n channels rows columns"]


def dream_slope(features: Callable[[Tensor], Tensor], x: Pictures) -> Pictures:
    """Return the slope of half the sum of the squares of what a layer says.

    Args:
        features: Maps pictures to what the layer says of them.
        x: Pictures, at least one; they stay as they are.

    Raises:
        ValueError: If there is no picture, or features do not depend on it.
    """
    check_filled("x", x, "picture")
    check_depends("features", features, x)
    x = x.detach().requires_grad_()
    a = features(x)
    # The layer's own answer, sent back as a slope: what is large grows.
    (slope,) = torch.autograd.grad(a, x, a.detach())
    return slope


def dream(
    features: Callable[[Tensor], Tensor],
    x: Pictures,
    lr: float,
    steps: int,
    most: int = 2,
    *,
    generator: torch.Generator | None = None,
) -> Pictures:
    """Return pictures in which a layer sees more of what it saw.

    Args:
        features: Maps pictures to what the layer says of them.
        x: Pictures, from 0 to 1; they stay as they are.
        lr: How far a dot moves in a step, in the mean; positive.
        steps: How many, 0 or more.
        most: Dots by which the picture is rolled by chance before each step and back
            after it, so that no dot keeps its place in the squares of the pooling.
        generator: Seed it to dream the same again.

    Raises:
        ValueError: If there is no picture, a number or a dot is outside its range,
            features do not depend on the picture, or the slope is NaN or infinite.
    """
    check_dream(x, lr, steps, most)
    for _ in range(steps):
        down, right = torch.randint(-most, most + 1, (2,), generator=generator).tolist()
        x = x.roll((down, right), dims=(2, 3))
        slope = dream_slope(features, x)
        check_finite("features' slope", slope, "walk through the network")
        size = slope.abs().mean().clamp_min(torch.finfo(x.dtype).tiny)
        x = (x + lr * slope / size).clamp(0, 1)
        x = x.roll((-down, -right), dims=(2, 3))
    return x


def check_dream(x: Tensor, lr: float, steps: int, most: int) -> None:
    """Refuse a dream without a picture, a rate or a count of steps.

    Raises:
        ValueError: If there is none, or one is outside its range, NaN or infinite.
    """
    check_dots("x", x)
    check_positive("lr", lr)
    check_at_least("steps", steps, 0)
    check_at_least("most", most, 0)
