"""An online problem on which Adam walks to the worst point there is.

Chapter: book/optimization_adaptive.md
Source:  Reddi, Kale and Kumar (2018), section 3, https://arxiv.org/abs/1904.09237
"""

from dataclasses import replace
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least


def slope(t: int, C: float) -> float:
    """Return the slope at step t, from 1: the loss is C * x at each third, else -x."""
    return C if t % 3 == 1 else -1.0


def projected_path(
    rule: Any, C: float, steps: int, start: float = 0.0
) -> Float[Tensor, " points"]:
    """Return the walk of a rule that is kept inside [-1, 1], with rates lr / sqrt(t).

    Over three steps the slopes add up to C - 2, so for C above 2 the best point is -1.

    Args:
        rule: A rule with an lr.
        C: The rare large slope.
        steps: How many steps to take; the path has one point more.
        start: The first x, in [-1, 1].

    Raises:
        ValueError: If C is not above 2, start is outside, or steps is negative.
    """
    check_problem(C, start)
    check_at_least("steps", steps, 0)
    x = torch.tensor(start, dtype=torch.float64)
    lr, memory, path = rule.lr, rule.init(x), [x]
    for t in range(1, steps + 1):
        now = replace(rule, lr=lr / t**0.5)
        x, memory = now.step(x, torch.full_like(x, slope(t, C)), memory)
        x = x.clamp(-1, 1)
        path.append(x)
    return torch.stack(path)


def check_problem(C: float, start: float) -> None:
    """Refuse a slope with which -1 is not best, and a start outside.

    Raises:
        ValueError: If C is not above 2, or start not in [-1, 1].
    """
    if not 2 < C < float("inf"):
        raise ValueError(f"C is {C}: give more than 2, or -1 is not best")
    if not -1 <= start <= 1:
        raise ValueError(f"start is {start}: choose it in [-1, 1]")
