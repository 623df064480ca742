"""AdaBound: Adam whose rates are clipped, ever closer, to one rate for all.

Chapter: book/optimization_adaptive.md
Source:  Luo, Xiong, Liu and Sun (2019), Algorithm 2 and section 5,
         https://arxiv.org/abs/1902.09843
"""

from dataclasses import dataclass

from torch import Tensor

from ml2020.optimization.adam import Adam, Moments
from ml2020.support.checks import check_at_least, check_positive


def bounds(t: int, beta2: float, final_lr: float) -> tuple[float, float]:
    """Return the least and the greatest rate of step t; both tend to final_lr.

    Args:
        t: The step, from 1.
        beta2: How slowly Adam's average forgets; also how slowly the bounds close.
        final_lr: Where both end.

    Raises:
        ValueError: If t is below 1.
    """
    check_at_least("t", t, 1)
    lower = final_lr - final_lr / ((1 - beta2) * t + 1)
    upper = final_lr + final_lr / ((1 - beta2) * t)
    return lower, upper


@dataclass(frozen=True)
class AdaBound(Adam):
    """AdaBound; the other settings are Adam's.

    A schedule of lr reaches Adam's part alone: the bounds close on final_lr, whatever
    the schedule says. Let final_lr follow it, too.

    Attributes:
        final_lr: The rate of the plain descent that it becomes; 0.1 in the paper.

    Raises:
        ValueError: If a setting is outside its range.
    """

    final_lr: float = 0.1

    def __post_init__(self) -> None:
        check_positive("final_lr", self.final_lr)
        super().__post_init__()

    def movement(self, memory: Moments) -> Tensor:
        """Return what is taken off theta, given the averages with the newest g."""
        m_hat, v_hat = self.averages(memory)
        lower, upper = bounds(memory.t, self.beta2, self.final_lr)
        rates = (self.lr / (v_hat.sqrt() + self.eps)).clamp(lower, upper)
        return rates * m_hat
