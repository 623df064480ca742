"""AdamW: Adam, and beside it a decay of the weights that it never feels.

Chapter: book/optimization_race.md
Source:  Loshchilov and Hutter (2019), Algorithm 2, the lines in green,
         https://arxiv.org/abs/1711.05101
"""

from dataclasses import dataclass

from torch import Tensor

from ml2020.optimization.adam import Adam, Moments
from ml2020.support.checks import check_at_least, check_positive, check_share


@dataclass(frozen=True)
class AdamW(Adam):
    """AdamW; the other settings are Adam's.

    Attributes:
        weight_decay: gamma; each step a weight loses lr * gamma of itself, a share that
            must be in [0, 1). 0.01 is torch's default.

    Raises:
        ValueError: If a setting is outside its range.
    """

    weight_decay: float = 1e-2

    def __post_init__(self) -> None:
        check_positive("lr", self.lr)
        check_at_least("weight_decay", self.weight_decay, 0)
        check_share("lr * weight_decay", self.lr * self.weight_decay)
        super().__post_init__()

    def step(self, theta: Tensor, g: Tensor, memory: Moments) -> tuple[Tensor, Moments]:
        """Return theta after Adam's step and the decay, and the new memory."""
        new, memory = super().step(theta, g, memory)
        return new - self.lr * self.weight_decay * theta, memory
