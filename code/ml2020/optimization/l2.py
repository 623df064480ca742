"""L2 regularization: a pull to zero that is part of the gradient, for any rule.

Chapter: book/optimization_race.md
Source:  Loshchilov and Hutter (2019), Algorithms 1 and 2, the lines in pink,
         https://arxiv.org/abs/1711.05101
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from ml2020.gradient_descent import Rule
from ml2020.support.checks import check_at_least


@dataclass(frozen=True)
class L2:
    """A rule that minimizes the loss plus weight_decay / 2 * |theta|**2.

    Attributes:
        inner: The rule that sees the gradient of that sum.
        weight_decay: gamma, 0 or more.

    Raises:
        ValueError: If weight_decay is negative.
    """

    inner: Rule[Any]
    weight_decay: float

    def __post_init__(self) -> None:
        check_at_least("weight_decay", self.weight_decay, 0)

    def init(self, theta: Tensor) -> Any:
        """Return the inner rule's memory."""
        return self.inner.init(theta)

    def step(self, theta: Tensor, g: Tensor, memory: Any) -> tuple[Tensor, Any]:
        """Return theta after one step of the inner rule, and its memory."""
        return self.inner.step(theta, g + self.weight_decay * theta, memory)
