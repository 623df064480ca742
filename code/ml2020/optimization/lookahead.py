"""Lookahead: k steps forward with any rule, then one step back towards the start.

Chapter: book/optimization_momentum.md
Source:  Zhang, Lucas, Hinton and Ba (2019), Algorithm 1 and Proposition 2,
         https://arxiv.org/abs/1907.08610
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from torch import Tensor

from ml2020.gradient_descent import Rule
from ml2020.support.checks import check_positive


class Explorer(NamedTuple):
    """What Lookahead remembers."""

    inner: Any  # the memory of the rule that explores
    slow: Tensor  # phi, where the exploration began
    steps: int  # taken since then


@dataclass(frozen=True)
class Lookahead:
    """A rule that another one explores for.

    Between two steps back theta is the scout. To evaluate or save a network, take the
    slow weights, `Explorer.slow`, or stop after a multiple of k steps.

    Attributes:
        inner: The rule of the fast weights.
        k: How many steps it explores, 1 or more; 5 in the paper.
        slow_lr: How far the slow weights follow, in (0, 1]; 0.5 in the paper.

    Raises:
        ValueError: If a setting is outside its range.
    """

    inner: Rule[Any]
    k: int = 5
    slow_lr: float = 0.5

    def __post_init__(self) -> None:
        check_exploration(self.k, self.slow_lr)

    def init(self, theta: Tensor) -> Explorer:
        """Return the memory of parameters that have not moved yet."""
        return Explorer(self.inner.init(theta), theta, 0)

    def step(
        self, theta: Tensor, g: Tensor, memory: Explorer
    ) -> tuple[Tensor, Explorer]:
        """Return theta after one step of the inner rule, pulled back at each k-th."""
        fast, inner = self.inner.step(theta, g, memory.inner)
        if memory.steps + 1 < self.k:
            return fast, Explorer(inner, memory.slow, memory.steps + 1)
        slow = memory.slow + self.slow_lr * (fast - memory.slow)
        return slow, Explorer(inner, slow, 0)


def variance_ratio(curvature: float, lr: float, k: int, slow_lr: float) -> float:
    """Return the variance of the slow weights over that of SGD alone, in the long run.

    On the loss curvature / 2 * (theta - c)**2, whose minimum c is drawn anew at every
    step, with the same variance. It is Proposition 2, its common factor cancelled.

    Args:
        curvature: The second derivative of the loss.
        lr: SGD's rate; below 2 / curvature, or nothing converges.
        k: How many steps SGD explores.
        slow_lr: How far the slow weights follow, in (0, 1].

    Raises:
        ValueError: If SGD diverges, or a setting is outside its range.
    """
    check_exploration(k, slow_lr)
    check_positive("curvature", curvature)
    check_converging(lr, 2 / curvature)
    r = (1 - lr * curvature) ** k
    return slow_lr * (1 + r) / (2 - slow_lr * (1 - r))


def check_exploration(k: int, slow_lr: float) -> None:
    """Refuse settings that Lookahead has not.

    Raises:
        ValueError: If k is below 1, or slow_lr outside (0, 1].
    """
    if k < 1:
        raise ValueError(f"k is {k}: explore 1 step or more")
    if not 0 < slow_lr <= 1:
        raise ValueError(f"slow_lr is {slow_lr}: choose it in (0, 1]")


def check_converging(lr: float, limit: float) -> None:
    """Refuse a rate with which plain descent ends nowhere.

    Raises:
        ValueError: If it is not between 0 and the limit.
    """
    if not 0 < lr < limit:
        raise ValueError(f"lr is {lr}: give a rate between 0 and {limit}")
