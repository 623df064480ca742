"""Learning: Adam with the paper's settings, and a rate that follows a schedule.

Chapter: book/transformer_attention.md
Source:  Vaswani et al. (2017), section 5.3, https://arxiv.org/abs/1706.03762; gradients
         longer than 1 are shortened, which the paper does not do
"""

import copy
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor, nn

from ml2020.support.checks import check_at_least, check_learned, check_positive

Model = TypeVar("Model", bound=nn.Module)
BETAS, EPS, TAU = (0.9, 0.98), 1e-9, 1.0


def noam(t: int, d: int, w: int) -> float:
    """Return the paper's rate at a step: it rises for w steps, then falls as a root.

    Args:
        t: The step, from 1.
        d: Numbers of a place.
        w: Steps of the warm-up.

    Raises:
        ValueError: If a number is below 1.
    """
    for name, value in (("t", t), ("d", d), ("w", w)):
        check_at_least(name, value, 1)
    return d**-0.5 * min(t**-0.5, t * w**-1.5)


def falling(t: int, lr: float, updates: int, w: int = 0) -> float:
    """Return the rate that rises in a line for w steps, then falls in a line to 0.

    Args:
        t: The step, from 0 to updates - 1.
        lr: The highest rate.
        updates: How many steps there are.
        w: Steps of the warm-up, less than all.

    Raises:
        ValueError: If a number is outside its range.
    """
    check_positive("lr", lr)
    check_step(t, updates, w)
    return lr * min((t + 1) / w if w else 1.0, (updates - t) / (updates - w))


def descended(
    model: Model,
    cost: Callable[[Model], Tensor],
    rate: Callable[[int], float],
    updates: int,
    losses: list[float] | None = None,
) -> Model:
    """Return a network that has learned; that which is given stays as it is.

    Args:
        model: Where to begin.
        cost: The loss of a network on the next batch.
        rate: The rate of step t, from 0.
        updates: 1 or more.
        losses: What is lost on each batch is added to this list.

    Raises:
        ValueError: If there is no update, or weights become NaN.
    """
    check_at_least("updates", updates, 1)
    model = copy.deepcopy(model)
    rule = torch.optim.Adam(model.parameters(), 1.0, BETAS, EPS)
    for t in range(updates):
        rule.param_groups[0]["lr"] = rate(t)
        loss = cost(model)
        rule.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), TAU)
        rule.step()
        if losses is not None:
            losses.append(loss.item())
    check_learned(model.parameters(), max(rate(t) for t in range(updates)))
    return model


def check_step(t: int, updates: int, w: int) -> None:
    """Refuse a step outside the training, and a warm-up that fills it."""
    if not 0 <= w < updates:
        raise ValueError(f"w is {w}: choose it from 0 to {updates - 1}")
    if not 0 <= t < updates:
        raise ValueError(f"t is {t}: give a step from 0 to {updates - 1}")
