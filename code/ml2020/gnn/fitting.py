"""Fitting: a module of torch and a loss go in, a trained copy comes out.

Chapter: book/gnn_spatial.md
Source:  Lee (2020), steps 2 and 3: how good is a function, and which is the best
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from ml2020.gradient_descent import Rule
from ml2020.optimization import RuleOptimizer
from ml2020.support.checks import check_at_least

Model = TypeVar("Model", bound=nn.Module)


def seeded(make: Callable[[], Model], seed: int) -> Model:
    """Return a fresh module whose weights are drawn from a seed.

    torch's global random state stays as it was.

    Args:
        make: What makes the module.
        seed: From which its weights come.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


@torch.no_grad()
def sound(model: nn.Module) -> bool:
    """Tell whether all weights are numbers: if not, the rate was too high."""
    return all(bool(p.isfinite().all()) for p in model.parameters())


def fitted(
    model: Model,
    loss: Callable[[Model], Tensor],
    rule: Rule[Any],
    steps: int,
) -> Model:
    """Return a copy of a module after steps of gradient descent.

    Args:
        model: Where to begin; it stays as it is.
        loss: Maps the module to what has to become small, one number.
        rule: How each gradient becomes a step.
        steps: How many, 0 or more.

    Raises:
        ValueError: If steps is negative.
    """
    check_at_least("steps", steps, 0)
    trained = deepcopy(model)
    optimizer = RuleOptimizer(trained.parameters(), rule)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.autograd.backward(loss(trained))
        optimizer.step()
    return trained
