"""The update rule: what every optimizer is, a function from state to state.

Chapter: book/gradient_descent.md
Source:  Kingma and Ba (2015), Algorithm 1, without its own lines: the loop that all
         such algorithms share, https://arxiv.org/abs/1412.6980
"""

from collections.abc import Callable
from typing import Protocol, TypeVar, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least

Gradient = Callable[[Tensor], Tensor]
Memory = TypeVar("Memory")


@runtime_checkable
class Rule(Protocol[Memory]):
    """How a gradient becomes a change of the parameters.

    Nothing is written in place: memory goes in, and new memory comes out. A memory is
    `()` or a NamedTuple of tensors, numbers and other memories.
    """

    def init(self, theta: Tensor) -> Memory:
        """Return the memory of parameters that have not moved yet."""

    def step(self, theta: Tensor, g: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """Return the parameters and the memory after one update.

        Args:
            theta: The parameters, of any shape.
            g: The gradient of the loss there, of the same shape.
            memory: What `init`, or the step before, returned.
        """


def descend(
    rule: Rule[Memory],
    gradient: Gradient,
    start: Float[Tensor, "*shape"],
    steps: int,
) -> Float[Tensor, " points *shape"]:
    """Return the path that a rule walks, the start included.

    A walk that diverges is not stopped: its points become infinite and then NaN.

    Args:
        rule: How each gradient becomes a step.
        gradient: Maps theta to the gradient of the loss there, or to an estimate of it.
        start: The first theta.
        steps: How many updates to make; the path has one point more.

    Raises:
        ValueError: If steps is negative.
    """
    check_at_least("steps", steps, 0)
    theta, memory, path = start, rule.init(start), [start]
    for _ in range(steps):
        theta, memory = rule.step(theta, gradient(theta), memory)
        path.append(theta)
    return torch.stack(path)
