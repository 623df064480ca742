"""PGD: gradient descent on the picture, brought back to what is allowed at each step.

Chapter: book/attack_find.md
Source:  Goodfellow, Shlens and Szegedy (2015), section 4 (FGSM); Kurakin, Goodfellow
         and Bengio (2017), section 2.2 (BIM); Madry et al. (2018), section 2.1 (PGD)
"""

import math

import torch
from torch import Tensor

from ml2020.attack.balls import DOTS, Box, Pictures, drawn_inside, fix, steepest
from ml2020.attack.losses import Loss
from ml2020.support.checks import (
    check_at_least,
    check_ball,
    check_box,
    check_depends,
    check_finite,
    check_positive,
)


def slope_of(loss: Loss, x: Pictures) -> Pictures:
    """Return the slope of each picture's loss by its dots.

    Raises:
        ValueError: If it is NaN or infinite: then an attack would stay where it is.
    """
    x = x.detach().requires_grad_()
    g = torch.autograd.grad(loss(x).sum(), x)[0]
    check_finite("the slope of the loss", g, "a network without one is not robust")
    return g


def fgsm(
    loss: Loss,
    start: Pictures,
    eps: float,
    norm: float = math.inf,
    box: Box = DOTS,
) -> Pictures:
    """Return pictures after one step as long as is allowed.

    Args:
        loss: Maps pictures to what each has to make small, one number a picture.
        start: The pictures, inside the box.
        eps: How far each may be moved.
        norm: math.inf, that of the fast gradient sign method; or 2.
        box: The ends of a dot, or None.

    Raises:
        ValueError: If a number or a picture is outside its range, or the loss does not
            depend on the pictures.
    """
    check_attack(loss, start, eps, norm, box)
    x = start - eps * steepest(slope_of(loss, start), norm)
    return fix(x, start, eps, norm, box)


def pgd(
    loss: Loss,
    start: Pictures,
    eps: float,
    steps: int,
    rate: float,
    norm: float = math.inf,
    box: Box = DOTS,
    *,
    generator: torch.Generator | None = None,
) -> Pictures:
    """Return pictures after many steps, each brought back into the ball.

    Args:
        loss: Maps pictures to what each has to make small, one number a picture.
        start: The pictures, inside the box.
        eps: How far each may be moved.
        steps: How many, 0 or more.
        rate: The length of a step, positive.
        norm: math.inf or 2.
        box: The ends of a dot, or None.
        generator: Of where to begin in the ball; without one at the pictures (BIM).

    Raises:
        ValueError: If a number or a picture is outside its range, or the loss does not
            depend on the pictures.
    """
    check_attack(loss, start, eps, norm, box)
    check_at_least("steps", steps, 0)
    check_positive("rate", rate)
    x = start
    if generator is not None:
        x = drawn_inside(start, eps, norm, box, generator=generator)
    for _ in range(steps):
        x = x - rate * steepest(slope_of(loss, x), norm)
        x = fix(x, start, eps, norm, box)
    return x


def check_attack(loss: Loss, start: Tensor, eps: float, norm: float, box: Box) -> None:
    """Refuse an attack that cannot be made.

    Raises:
        ValueError: If eps, the norm or a picture is outside its range, or the loss does
            not depend on the pictures.
    """
    check_ball(eps, norm)
    check_box("start", start, box)
    check_depends("loss", loss, start)
