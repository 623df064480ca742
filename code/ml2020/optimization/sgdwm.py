"""SGDWM: momentum, and beside it a decay of the weights that it never feels.

Chapter: book/optimization_race.md
Source:  Loshchilov and Hutter (2019), Algorithm 1, the lines in green,
         https://arxiv.org/abs/1711.05101
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from ml2020.optimization.sgdm import Velocity
from ml2020.support.checks import check_positive, check_share


@dataclass(frozen=True)
class SGDWM:
    """SGD with momentum and decoupled weight decay, as the lecture writes it.

    Attributes:
        lr: The learning rate eta.
        momentum: The share lambda of the last movement that is kept, in [0, 1).
        weight_decay: gamma, the share of each weight that is lost at every step, in
            [0, 1). It is not multiplied by lr, other than AdamW's.

    Raises:
        ValueError: If a setting is outside its range.
    """

    lr: float
    momentum: float = 0.9
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        check_positive("lr", self.lr)
        check_share("momentum", self.momentum)
        check_share("weight_decay", self.weight_decay)

    def init(self, theta: Tensor) -> Velocity:
        """Return the memory of parameters that have not moved yet."""
        return Velocity(torch.zeros_like(theta))

    def step(
        self, theta: Tensor, g: Tensor, memory: Velocity
    ) -> tuple[Tensor, Velocity]:
        """Return theta after one movement and the decay, and the movement alone."""
        u = self.momentum * memory.u - self.lr * g
        return theta + u - self.weight_decay * theta, Velocity(u)
