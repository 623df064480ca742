"""Learning: Adam, a rate that falls in a line to 0, a gradient of length 1 at most.

Chapter: book/conditional_generation_sequence.md
Source:  Adam of Kingma and Ba (2015), https://arxiv.org/abs/1412.6980, as torch has it;
         the length as Pascanu, Mikolov and Bengio (2013),
         https://proceedings.mlr.press/v28/pascanu13.html
"""

import copy
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor, nn

from ml2020.support.checks import check_at_least, check_learned, check_positive

TAU = 1.0  # the greatest length of the gradient
Model = TypeVar("Model", bound=nn.Module)


def learned(
    model: Model, loss: Callable[[Model, int], Tensor], lr: float, updates: int
) -> Model:
    """Return a network that has learned; the one that is given stays as it is.

    Args:
        model: Where to begin.
        loss: Of a network at an update, which it may use to draw examples.
        lr: The first rate, positive.
        updates: 1 or more.

    Raises:
        ValueError: If a number is outside its range, or weights become NaN.
    """
    check_positive("lr", lr)
    check_at_least("updates", updates, 1)
    model = copy.deepcopy(model)
    rule = torch.optim.Adam(model.parameters(), lr)
    for t in range(updates):
        rule.param_groups[0]["lr"] = lr * (1 - t / updates)
        value = loss(model, t)
        rule.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), TAU)
        rule.step()
    check_learned(model.parameters(), lr)
    return model


def first(make: Callable[[], Model], seed: int) -> Model:
    """Return a network with the first weights of a seed, in float32."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return make().float()
