"""A network as the lecture sees it: a loss, as a function of one long vector theta.

Chapter: book/optimization_race.md
Source:  torch.func.functional_call, which runs a module with the parameters it is given
"""

import math
from collections.abc import Callable, Collection
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import functional_call, grad
from torch.nn.utils import parameters_to_vector

from ml2020.gradient_descent import Rule
from ml2020.optimization.settings import changed

Loss = Callable[[Tensor, Any], Tensor]
Schedule = Callable[[int], float]


def vector(model: nn.Module) -> Float[Tensor, " parameters"]:
    """Return all parameters of a model, one after the other, as a copy."""
    return parameters_to_vector(model.parameters()).detach().clone()


def outputs(model: nn.Module, theta: Float[Tensor, " parameters"], x: Tensor) -> Tensor:
    """Return what the model says of x when its parameters are those in theta.

    Raises:
        ValueError: If theta has not as many numbers as the model has parameters.
    """
    check_length(model, theta)
    named = dict(model.named_parameters())
    sizes = [p.numel() for p in named.values()]
    parts = zip(named.items(), torch.split(theta, sizes), strict=True)
    given = {name: part.view_as(p) for (name, p), part in parts}
    return functional_call(model, given, (x,))


def train(
    rule: Rule[Any],
    theta: Float[Tensor, "*networks parameters"],
    loss: Loss,
    batches: Collection[Any],
    **schedules: Schedule,
) -> tuple[Float[Tensor, "*networks parameters"], Float[Tensor, " steps *networks"]]:
    """Return theta after one step a batch, and each batch's loss before its step.

    Several networks can be trained side by side, each in a row of theta: with a loss
    for each, no gradient mixes them, nor does a rule that works number by number.

    Args:
        rule: How each gradient becomes a step.
        theta: Where to begin.
        loss: Maps theta and a batch to the loss of that batch, one for each network.
        batches: What the loss is measured on, step by step; at least one.
        schedules: For settings of the rule, or of a rule inside it, such as `lr`: what
            maps the step, from 0, to its value. The others stay as they are.

    Raises:
        ValueError: If there is no batch, no such setting, or a value is outside its
            range, such as an lr of 0, which only `RuleOptimizer` lets through.
    """
    check_any(batches)

    def total(theta: Tensor, batch: Any) -> tuple[Tensor, Tensor]:
        each = loss(theta, batch)
        return each.sum(), each.detach()

    slope, memory, losses = grad(total, has_aux=True), rule.init(theta), []
    for t, batch in enumerate(batches):
        now = changed(rule, {name: told(t) for name, told in schedules.items()})
        g, each = slope(theta, batch)
        theta, memory = now.step(theta, g, memory)
        losses.append(each)
    return theta, torch.stack(losses)


def range_test(
    rule: Rule[Any],
    theta: Float[Tensor, "*networks parameters"],
    loss: Loss,
    batches: Collection[Any],
    *,
    low: float,
    high: float,
) -> tuple[Float[Tensor, " steps"], Float[Tensor, " steps *networks"]]:
    """Return the rates of one short training in which lr grows, and the losses met.

    Each rate is the one before it times a constant, and each loss is that of a batch
    before the step with the rate beside it (Smith 2017, section 3.3; he lets the rate
    grow linearly, which leaves the small ones little room).

    Args:
        rule: The rule to be tested; its own lr is not used.
        theta: Where to begin.
        loss: Maps theta and a batch to the loss of that batch.
        batches: As many as rates shall be tried, 2 or more.
        low: The first rate.
        high: The last rate.

    Raises:
        ValueError: If not 0 < low < high, or if there are fewer than two batches.
    """
    batches = list(batches)
    if not 0 < low < high:
        raise ValueError(f"low is {low} and high {high}: give 0 < low < high")
    if len(batches) < 2:
        raise ValueError(f"batches has {len(batches)}: give 2 or more")
    ends = math.log10(low), math.log10(high)
    rates = torch.logspace(*ends, len(batches), dtype=torch.float32)
    _, losses = train(rule, theta, loss, batches, lr=lambda t: rates[t].item())
    return rates, losses


def check_any(batches: Collection[Any]) -> None:
    """Refuse a training without a step.

    Raises:
        ValueError: If there is no batch.
    """
    if not len(batches):
        raise ValueError("batches is empty: give at least one")


def check_length(model: nn.Module, theta: Tensor) -> None:
    """Refuse a vector that does not fit the model.

    Raises:
        ValueError: If it has not as many numbers as the model has parameters.
    """
    count = sum(p.numel() for p in model.parameters())
    if len(theta) != count:
        raise ValueError(f"theta has {len(theta)} numbers: give {count}")
