"""Adam: momentum for the direction, RMSProp for the length, neither biased to zero.

Chapter: book/optimization_classical.md
Source:  Kingma and Ba (2015), Algorithm 1, https://arxiv.org/abs/1412.6980
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.support.checks import check_positive, check_share


class Moments(NamedTuple):
    """What Adam remembers."""

    m: Tensor  # the running average of the gradient
    v: Tensor  # the running average of its square
    t: int  # steps taken so far


def nothing_seen(theta: Tensor) -> Moments:
    """Return the averages before the first gradient."""
    return Moments(torch.zeros_like(theta), torch.zeros_like(theta), 0)


def moments(g: Tensor, memory: Moments, beta1: float, beta2: float) -> Moments:
    """Return both averages with one more gradient in them."""
    m = beta1 * memory.m + (1 - beta1) * g
    v = beta2 * memory.v + (1 - beta2) * g**2
    return Moments(m, v, memory.t + 1)


def unbiased(memory: Moments, beta1: float, beta2: float) -> tuple[Tensor, Tensor]:
    """Return both averages, corrected for having started at zero.

    After t steps their weights add up to 1 - beta**t, not to 1.
    """
    m, v, t = memory
    return m / (1 - beta1**t), v / (1 - beta2**t)


@dataclass(frozen=True)
class AdamSettings:
    """What Adam and all its relatives can be told, with the paper's defaults.

    Squares leave the range of a dtype before numbers do. In float32 a gradient of 1e-23
    has the square 0, so that the weight does not move; one of 2e22 makes the average of
    squares infinite, and the weight stands still for ever. Scale such a loss. bfloat16
    has the range but not the digits: on equal gradients v stops at half their square,
    where 0.001 of that is less than half of v's last digit. Keep theta in float32.

    Attributes:
        lr: The learning rate eta; a parameter rarely moves further in one step.
        beta1: How slowly the average gradient forgets, in [0, 1).
        beta2: How slowly the average squared gradient forgets, in [0, 1).
        eps: Keeps the division finite where the gradient has always been zero. In
            float16 1e-8 is 0, and such a weight becomes NaN: train in float32.

    Raises:
        ValueError: If a setting is outside its range.
    """

    lr: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def __post_init__(self) -> None:
        check_positive("lr", self.lr)
        check_share("beta1", self.beta1)
        check_share("beta2", self.beta2)
        check_positive("eps", self.eps)


@dataclass(frozen=True)
class Adam(AdamSettings):
    """Adam; a relative that only moves otherwise has a `movement` of its own.

    Attributes:
        unbiased: Correct both averages for their start at zero. Without that it is Adam
            with the rate lr * (1 - beta1**t) / (1 - beta2**t)**0.5, but for eps.
    """

    unbiased: bool = True

    def init(self, theta: Tensor) -> Moments:
        """Return the memory of parameters that have not moved yet."""
        return nothing_seen(theta)

    def step(self, theta: Tensor, g: Tensor, memory: Moments) -> tuple[Tensor, Moments]:
        """Return theta after one step, and the new memory."""
        memory = moments(g, memory, self.beta1, self.beta2)
        return theta - self.movement(memory), memory

    def movement(self, memory: Moments) -> Tensor:
        """Return what is taken off theta, given the averages with the newest g."""
        m_hat, v_hat = self.averages(memory)
        return self.lr * m_hat / (v_hat.sqrt() + self.eps)

    def averages(self, memory: Moments) -> tuple[Tensor, Tensor]:
        """Return both averages, corrected if the rule says so."""
        if not self.unbiased:
            return memory.m, memory.v
        return unbiased(memory, self.beta1, self.beta2)
