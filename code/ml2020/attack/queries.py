"""Queries: the slope of a network that only answers, from what it answers.

Chapter: book/attack_find.md
Source:  Ilyas, Engstrom, Athalye and Lin (2018), section 2.1 (NES),
         https://arxiv.org/abs/1804.08598
"""

import torch
from torch import Tensor

from ml2020.attack.balls import Pictures, fix, spread
from ml2020.attack.losses import Loss
from ml2020.support.checks import (
    check_at_least,
    check_ball,
    check_dots,
    check_finite,
    check_positive,
)


@torch.no_grad()
def asked_slope(
    loss: Loss,
    x: Pictures,
    size: float,
    pairs: int,
    *,
    generator: torch.Generator | None = None,
) -> Pictures:
    """Return an estimate of the slope, without bias where the loss is quadratic.

    Args:
        loss: Maps pictures to one number each; it is asked, not derived.
        x: The pictures.
        size: How far the questions are from them, in each dot, positive.
        pairs: Of questions, 1 or more.
        generator: Of the questions.

    Raises:
        ValueError: If a number is outside its range, or an answer is NaN: its sign
            would be 0, and an attack would stay where it is.
    """
    check_positive("size", size)
    check_at_least("pairs", pairs, 1)
    g = torch.zeros_like(x)
    for _ in range(pairs):
        u = torch.randn(x.shape, generator=generator, dtype=x.dtype)
        rise = loss(x + size * u) - loss(x - size * u)
        g += spread(rise, x) / (2 * size) * u / pairs
    check_finite("the loss", g, "mend what it computes")
    return g


def pgd_by_questions(
    loss: Loss,
    start: Pictures,
    eps: float,
    steps: int,
    rate: float,
    pairs: int,
    size: float = 0.01,
    *,
    generator: torch.Generator | None = None,
) -> Pictures:
    """Return pictures after PGD (math.inf) whose slopes are asked for.

    It takes 2 * pairs * steps questions for each picture.

    Raises:
        ValueError: If a number or a picture is outside its range.
    """
    check_ball(eps, torch.inf)
    check_dots("start", start)
    check_at_least("steps", steps, 0)
    check_positive("rate", rate)
    x: Tensor = start
    for _ in range(steps):
        g = asked_slope(loss, x, size, pairs, generator=generator)
        x = fix(x - rate * g.sign(), start, eps)
    return x
