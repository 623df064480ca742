"""Saliency: how the score answers if a dot is moved a little.

Chapter: book/explainable_local.md
Source:  Simonyan, Vedaldi and Zisserman (2014), https://arxiv.org/abs/1312.6034;
         Smilkov et al. (2017), SmoothGrad, https://arxiv.org/abs/1706.03825
"""

import torch

from ml2020.explainable.score import Dots, Score
from ml2020.support.checks import (
    check_asked,
    check_at_least,
    check_depends,
    check_positive,
)


def slope(score: Score, x: Dots) -> Dots:
    """Return the slope of each example's score by each of its own numbers.

    Args:
        score: Maps examples to one number each, which hangs on that example alone.
        x: Examples; they stay as they are.

    Raises:
        ValueError: If there is no example, a number is NaN or infinite, or the score is
            not one number an example that depends on it.
    """
    check_asked(score, x)
    check_depends("score", score, x)
    return gradient(score, x)


def gradient(score: Score, x: Dots) -> Dots:
    """Return the slope of each example's score, for loops: nothing is checked."""
    x = x.detach().requires_grad_()
    return torch.autograd.grad(score(x).sum(), x)[0]


def saliency(score: Score, x: Dots) -> Dots:
    """Return the size of the slope.

    Raises:
        ValueError: As `slope` does.
    """
    return slope(score, x).abs()


def slope_times_input(score: Score, x: Dots) -> Dots:
    """Return the slope times the number by which it is taken.

    Raises:
        ValueError: As `slope` does.
    """
    return slope(score, x) * x


def smooth_slope(
    score: Score,
    x: Dots,
    noise: float,
    copies: int = 50,
    *,
    generator: torch.Generator | None = None,
) -> Dots:
    """Return the mean slope over noisy copies of each example: SmoothGrad.

    Args:
        score: As in `slope`.
        x: Likewise.
        noise: The standard deviation of what is added to each number, above 0.
        copies: How many, 1 or more.
        generator: Seed it to get the same noise.

    Raises:
        ValueError: As `slope` does, or if noise or copies are out of range.
    """
    check_positive("noise", noise)
    check_at_least("copies", copies, 1)
    check_asked(score, x)
    check_depends("score", score, x)
    total = torch.zeros_like(x)
    for _ in range(copies):
        shaken = torch.randn(x.shape, generator=generator, dtype=x.dtype).to(x.device)
        total += gradient(score, x + noise * shaken)
    return total / copies
