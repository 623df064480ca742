"""Carlini and Wagner: the shortest change that fools, by descent without a box.

Chapter: book/attack_find.md
Source:  Carlini and Wagner (2017), sections V and VI-A, https://arxiv.org/abs/1608.04644
"""

import torch

from ml2020.attack.balls import Pictures, spread
from ml2020.attack.losses import Loss, margin
from ml2020.optimization import Adam
from ml2020.support.checks import (
    check_at_least,
    check_depends,
    check_dots,
    check_finite,
    check_positive,
)

NEARLY = 0.999999  # the inverse tangent of exactly 0 or 1 would be infinite


def carlini_wagner(
    ahead: Loss,
    start: Pictures,
    steps: int,
    rate: float,
    searches: int = 6,
    first: float = 1.0,
    kappa: float = 0.0,
) -> Pictures:
    """Return the nearest pictures found that fool; those that do not stay as they are.

    Args:
        ahead: Maps pictures to the lead of the true class; for a target to minus the
            lead of the target.
        start: The pictures, dots from 0 to 1.
        steps: Of Adam in each search, 1 or more.
        rate: Of Adam, positive.
        searches: For how many weights c of g, 1 or more.
        first: The first weight, positive; then it is halved between, or 10 times it.
        kappa: By how much the lead has to be lost before a picture counts, 0 or more.

    Raises:
        ValueError: If a number or a picture is outside its range, or the lead does not
            depend on the pictures.
    """
    check_search(start, steps, rate, searches, first)
    check_at_least("kappa", kappa, 0)
    check_depends("ahead", ahead, start)
    c = torch.full((len(start),), first, dtype=start.dtype, device=start.device)
    low, high = torch.zeros_like(c), torch.full_like(c, torch.inf)
    best, nearest = start.clone(), torch.full_like(c, torch.inf)
    for _ in range(searches):
        fooled = torch.zeros_like(c, dtype=torch.bool)
        w, rule = ((2 * start - 1) * NEARLY).atanh(), Adam(lr=rate)
        memory = rule.init(w)
        for _ in range(steps):
            w = w.detach().requires_grad_()
            x = (w.tanh() + 1) / 2
            far2, lead = (x - start).square().flatten(1).sum(dim=1), ahead(x)
            check_finite("ahead", lead, "mend what it computes")
            wishes = (far2 + c * margin(lead, kappa)).sum()
            (g,) = torch.autograd.grad(wishes, w)
            won = (lead <= -kappa).detach()
            fooled |= won
            closer = won & (far2 < nearest).detach()
            nearest, best = (
                torch.where(closer, far2.detach(), nearest),
                torch.where(spread(closer, x), x.detach(), best),
            )
            w, memory = rule.step(w.detach(), g, memory)
        low, high = torch.where(fooled, low, c), torch.where(fooled, c, high)
        c = torch.where(high.isfinite(), (low + high) / 2, 10 * c)
    return best


def check_search(
    start: Pictures, steps: int, rate: float, searches: int, first: float
) -> None:
    """Refuse a search that cannot be made.

    Raises:
        ValueError: If a number or a picture is outside its range.
    """
    check_dots("start", start)
    check_at_least("steps", steps, 1)
    check_at_least("searches", searches, 1)
    check_positive("rate", rate)
    check_positive("first", first)
