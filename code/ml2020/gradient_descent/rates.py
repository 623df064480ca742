"""A rate that falls with time: bold far from the goal, careful near it.

Chapter: book/gradient_descent.md
Source:  Robbins and Monro (1951), who let the steps fall like 1 / t; the root is
         the lecture's choice, https://doi.org/10.1214/aoms/1177729586
"""

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from ml2020.support.checks import check_positive


class Clock(NamedTuple):
    """How many updates have been made.

    Attributes:
        t: 0 before the first update.
    """

    t: int


@dataclass(frozen=True)
class Decaying:
    """Plain descent by the rate eta^t = eta / sqrt(t + 1), after t updates.

    Attributes:
        lr: The learning rate eta of the first update.

    Raises:
        ValueError: If lr is not positive.
    """

    lr: float

    def __post_init__(self) -> None:
        check_positive("lr", self.lr)

    def init(self, theta: Tensor) -> Clock:
        """Return the memory of parameters that have not moved yet."""
        return Clock(0)

    def step(self, theta: Tensor, g: Tensor, memory: Clock) -> tuple[Tensor, Clock]:
        """Return theta and the clock after one step."""
        lr = self.lr / (memory.t + 1) ** 0.5
        return theta - lr * g, Clock(memory.t + 1)
