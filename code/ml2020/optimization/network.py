"""A network as the lecture sees it: a loss, as a function of one long vector theta.

Chapter: book/optimization_race.md
Source:  torch.func.functional_call, which runs a module with the parameters it is given
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import functional_call, grad_and_value
from torch.nn.utils import parameters_to_vector

from ml2020.gradient_descent import Rule

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
    theta: Float[Tensor, " parameters"],
    loss: Loss,
    batches: Iterable[Any],
    schedule: Schedule | None = None,
) -> tuple[Float[Tensor, " parameters"], list[float]]:
    """Return theta after one step a batch, and each batch's loss before its step.

    Args:
        rule: How each gradient becomes a step.
        theta: Where to begin.
        loss: Maps theta and a batch to the loss of that batch.
        batches: What the loss is measured on, step by step.
        schedule: Maps the step, from 0, to the rule's lr; None leaves the lr alone.
    """
    slope, memory, losses = grad_and_value(loss), rule.init(theta), []
    for t, batch in enumerate(batches):
        if schedule:
            rule = replace(rule, lr=schedule(t))  # type: ignore[type-var]
        g, value = slope(theta, batch)
        theta, memory = rule.step(theta, g, memory)
        losses.append(value.item())
    return theta, losses


def range_test(
    rule: Rule[Any],
    theta: Float[Tensor, " parameters"],
    loss: Loss,
    batches: Iterable[Any],
    *,
    low: float,
    high: float,
) -> tuple[Float[Tensor, " steps"], Float[Tensor, " steps"]]:
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
    rates = torch.logspace(math.log10(low), math.log10(high), len(batches))
    _, losses = train(rule, theta, loss, batches, lambda t: rates[t].item())
    return rates, torch.tensor(losses)


def check_length(model: nn.Module, theta: Tensor) -> None:
    """Refuse a vector that does not fit the model.

    Raises:
        ValueError: If it has not as many numbers as the model has parameters.
    """
    count = sum(p.numel() for p in model.parameters())
    if len(theta) != count:
        raise ValueError(f"theta has {len(theta)} numbers: give {count}")
