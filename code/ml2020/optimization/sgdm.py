"""SGD with momentum: the step remembers the steps before it, as a rolling ball does.

Chapter: book/optimization_classical.md
Source:  Rumelhart, Hinton and Williams (1986), equation 9, which brought it to networks
         (https://doi.org/10.1038/323533a0); the heavy ball of Polyak (1964)
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.support.checks import check_positive, check_share


class Velocity(NamedTuple):
    """What momentum remembers."""

    u: Tensor  # the last movement


@dataclass(frozen=True)
class SGDM:
    """Gradient descent with momentum.

    Attributes:
        lr: The learning rate eta.
        momentum: The share lambda of the last movement that is kept, in [0, 1); 0.9 is
            what almost everybody uses.

    Raises:
        ValueError: If a setting is outside its range.
    """

    lr: float
    momentum: float = 0.9

    def __post_init__(self) -> None:
        check_positive("lr", self.lr)
        check_share("momentum", self.momentum)

    def init(self, theta: Tensor) -> Velocity:
        """Return the memory of parameters that have not moved yet."""
        return Velocity(torch.zeros_like(theta))

    def step(
        self, theta: Tensor, g: Tensor, memory: Velocity
    ) -> tuple[Tensor, Velocity]:
        """Return theta after one movement, and that movement."""
        u = self.momentum * memory.u - self.lr * g
        return theta + u, Velocity(u)
