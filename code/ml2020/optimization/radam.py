"""RAdam: Adam that waits until its average of squares deserves trust.

Chapter: book/optimization_adaptive.md
Source:  Liu, Jiang, He, Chen, Liu, Gao and Han (2020), Algorithm 2,
         https://arxiv.org/abs/1908.03265
"""

import math
from dataclasses import dataclass

from torch import Tensor

from ml2020.optimization.adam import Adam, Moments
from ml2020.support.checks import check_at_least, check_share


def rho(t: int, beta2: float) -> float:
    """Return how many gradients the average of squares is worth at step t, from 1.

    Raises:
        ValueError: If t is below 1, or beta2 outside [0, 1).
    """
    check_at_least("t", t, 1)
    check_share("beta2", beta2)
    # 1 - beta2**t; written so, a beta2 next to 1 would cancel its digits.
    seen = -math.expm1(t * math.log(beta2)) if beta2 else 1.0
    return 2 / (1 - beta2) - 1 - 2 * t * beta2**t / seen


def rectifier(t: int, beta2: float) -> float:
    """Return r_t, the share of Adam's step that is taken at step t.

    Raises:
        ValueError: If the variance is not finite there, for rho is 4 or less.
    """
    check_trusted(t, beta2)
    limit, now = 2 / (1 - beta2) - 1, rho(t, beta2)
    up = (now - 4) * (now - 2) * limit
    down = (limit - 4) * (limit - 2) * now
    return (up / down) ** 0.5


@dataclass(frozen=True)
class RAdam(Adam):
    """RAdam; the other settings are Adam's.

    Attributes:
        threshold: Steps are adaptive where rho is above it: 4 in the paper, 5 in torch.

    Raises:
        ValueError: If a setting is outside its range.
    """

    threshold: float = 4.0

    def __post_init__(self) -> None:
        check_at_least("threshold", self.threshold, 4)
        super().__post_init__()

    def movement(self, memory: Moments) -> Tensor:
        """Return what is taken off theta, given the averages with the newest g."""
        if rho(memory.t, self.beta2) <= self.threshold:
            return self.lr * self.averages(memory)[0]
        return rectifier(memory.t, self.beta2) * super().movement(memory)


def check_trusted(t: int, beta2: float) -> None:
    """Refuse a step at which Adam's variance is not finite.

    Raises:
        ValueError: If rho is 4 or less there.
    """
    now = rho(t, beta2)
    if not now > 4:
        raise ValueError(f"t is {t}, where rho is {now:.3g}: give a later t")
