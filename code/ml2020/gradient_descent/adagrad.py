"""Adagrad: every parameter divides the learning rate by the root of its own past.

Chapter: book/gradient_descent.md
Source:  Duchi, Hazan and Singer (2011), section 1.1 with diagonal matrices,
         https://jmlr.org/papers/v12/duchi11a.html
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.support.checks import check_positive

EPS = 1e-10  # torch's, outside the root: keeps 0 / 0 away


class AdagradMemory(NamedTuple):
    """What Adagrad remembers.

    Attributes:
        past: The sum of the squared slopes, one number for each parameter.
    """

    past: Tensor


def adagrad_step(
    theta: Tensor, g: Tensor, past: Tensor, lr: float | Tensor, eps: float = EPS
) -> tuple[Tensor, Tensor]:
    """Return theta after one step, and the sum of squares with this g in it.

    Squares must fit the type of g. In float32 a slope above 1.8e19 makes past infinite
    and every later step zero; one below 2.6e-23 counts as none.

    Args:
        theta: The parameters, of any shape.
        g: The gradient there, of the same shape.
        past: The sum of the squares of all gradients before, of the same shape.
        lr: The learning rate eta; a tensor has one for each parameter, or each row.
        eps: Added to the root, for parameters whose gradients were all zero.
    """
    past = past + g**2
    return theta - lr * g / (past.sqrt() + eps), past


@dataclass(frozen=True)
class Adagrad:
    """Adagrad as an update rule.

    Attributes:
        lr: The learning rate eta, a number (for one a row, call `adagrad_step`) and a
            length in the units of the parameters. No step
            moves one of them by more, and the first moves each by it whose slope is
            far above eps.
        eps: Added to the root; a parameter whose slopes are far below it hardly moves.

    Raises:
        ValueError: If lr or eps is not positive.
    """

    lr: float
    eps: float = EPS

    def __post_init__(self) -> None:
        check_positive("lr", self.lr)
        check_positive("eps", self.eps)

    def init(self, theta: Tensor) -> AdagradMemory:
        """Return the memory of parameters that have not moved yet."""
        return AdagradMemory(torch.zeros_like(theta))

    def step(
        self, theta: Tensor, g: Tensor, memory: AdagradMemory
    ) -> tuple[Tensor, AdagradMemory]:
        """Return theta and the memory after one step."""
        theta, past = adagrad_step(theta, g, memory.past, self.lr, self.eps)
        return theta, AdagradMemory(past)
