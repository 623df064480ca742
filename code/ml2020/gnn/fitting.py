"""Fitting: a module of torch and a loss go in, a trained copy comes out.

Or how well it does at the epoch that is best by examples to choose by.

Chapter: book/gnn_spatial.md
Source:  Lee (2020), steps 2 and 3: how good is a function, and which is the best
"""

import math
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from ml2020.gradient_descent import Rule
from ml2020.optimization import L2, Adam, RuleOptimizer
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


class Setting(NamedTuple):
    """How to train: Adam's rate, how many epochs, and a decay of the weights (L2)."""

    lr: float
    epochs: int
    decay: float = 0.0

    @property
    def rule(self) -> L2:
        """The rule."""
        return L2(Adam(self.lr), self.decay)


class Judged(NamedTuple):
    """How well a module does, at the epoch that validation likes best."""

    validation: float
    test: float
    epoch: int


NEVER = Judged(-math.inf, -math.inf, 0)  # of a training that broke before any look


def at_best(
    model: Model,
    loss: Callable[[Model], Tensor],
    judge: Callable[[Model], tuple[float, float]],
    rule: Rule[Any],
    epochs: int,
    seed: int,
    every: int = 1,
) -> Judged:
    """Train a module, and return how well it does at the epoch that is best.

    It ends early where a weight, or what it is judged by, is no number.

    Args:
        model: It is trained in place.
        loss: Maps the module to what has to become small, one number.
        judge: Maps it to what chooses and what judges; the more, the better.
        rule: How each gradient becomes a step.
        epochs: How often the weights move, 1 or more.
        seed: Of the dropout; torch's global random state stays as it was.
        every: After how many epochs to look, 1 or more; it looks at the last, too.

    Returns:
        Minus infinity, twice, and epoch 0 if there was never a number.

    Raises:
        ValueError: If a count is below 1.
    """
    check_at_least("epochs", epochs, 1)
    check_at_least("every", every, 1)
    optimizer, best = RuleOptimizer(model.parameters(), rule), NEVER
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for epoch in range(1, epochs + 1):
            model.train()
            optimizer.zero_grad()
            torch.autograd.backward(loss(model))
            optimizer.step()
            if epoch % every and epoch < epochs:
                continue
            model.eval()
            with torch.no_grad():
                chosen, judged = judge(model) if sound(model) else (math.nan, math.nan)
            if not math.isfinite(chosen):
                break
            best = Judged(chosen, judged, epoch) if chosen > best.validation else best
    return best
