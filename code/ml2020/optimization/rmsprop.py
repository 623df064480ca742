"""RMSProp: a running average of squares says how large a gradient is, for this weight.

Chapter: book/optimization_classical.md
Source:  Tieleman and Hinton (2012), lecture 6.5 of Neural Networks for Machine Learning
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.support.checks import check_positive, check_share


class MeanSquare(NamedTuple):
    """What RMSProp remembers."""

    v: Tensor  # the running average of the squared gradient
    t: int  # steps taken so far


@dataclass(frozen=True)
class RMSProp:
    """RMSProp, as the lecture writes it.

    Attributes:
        lr: The learning rate eta.
        alpha: How slowly the average squared gradient forgets, in [0, 1); the
            Coursera lecture says 0.9, torch 0.99.
        eps: Keeps the division finite where the gradient has always been zero. What
            `AdamSettings` says of it in float16, and of squares beyond the range of
            float32, holds here, too.
        zero_start: Let the average start at zero, as torch does, and not at the first
            squared gradient. Without a correction for it the first steps are too long.

    Raises:
        ValueError: If a setting is outside its range.
    """

    lr: float
    alpha: float = 0.9
    eps: float = 1e-8
    zero_start: bool = False

    def __post_init__(self) -> None:
        check_positive("lr", self.lr)
        check_share("alpha", self.alpha)
        check_positive("eps", self.eps)

    def init(self, theta: Tensor) -> MeanSquare:
        """Return the memory of parameters that have not moved yet."""
        return MeanSquare(torch.zeros_like(theta), 0)

    def step(
        self, theta: Tensor, g: Tensor, memory: MeanSquare
    ) -> tuple[Tensor, MeanSquare]:
        """Return theta after one step, and the new memory."""
        keep = self.alpha if memory.t or self.zero_start else 0.0  # v_1: g_0**2
        v = keep * memory.v + (1 - keep) * g**2
        theta = theta - self.lr * g / (v.sqrt() + self.eps)
        return theta, MeanSquare(v, memory.t + 1)
