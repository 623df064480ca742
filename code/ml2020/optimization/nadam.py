"""Nadam: Adam whose momentum looks one step ahead.

Chapter: book/optimization_momentum.md
Source:  Dozat (2016), Algorithm 2, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ
"""

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from ml2020.optimization.adam import AdamSettings, Moments, moments, nothing_seen


class Ahead(NamedTuple):
    """What Nadam remembers."""

    moments: Moments
    product: float  # of the momentum's share at every step so far


def direction_ahead(
    m: Tensor, g: Tensor, now: float, ahead: float, product: float
) -> Tensor:
    """Return m corrected as if the step to come had been taken, and its gradient 0.

    Args:
        m: The running average of the gradient, with g in it.
        g: The last gradient.
        now: mu_t, the share of momentum at this step.
        ahead: mu_(t+1), that at the next one.
        product: Of all shares so far, mu_t included.
    """
    momentum = ahead * m / (1 - product * ahead)
    return momentum + (1 - now) * g / (1 - product)


@dataclass(frozen=True)
class Nadam(AdamSettings):
    """Nadam; the other settings are Adam's.

    Attributes:
        momentum_decay: None keeps the momentum's share at beta1, as the lecture does.
            A number lets it rise to beta1 from half of it, as the paper and torch do;
            there it is 0.004, and the larger, the faster.

    Raises:
        ValueError: If a setting is outside its range.
    """

    momentum_decay: float | None = None

    def __post_init__(self) -> None:
        check_momentum_decay(self.momentum_decay)
        super().__post_init__()

    def share(self, t: int) -> float:
        """Return mu_t, the share of momentum at step t, from 1."""
        if self.momentum_decay is None:
            return self.beta1
        return self.beta1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))

    def init(self, theta: Tensor) -> Ahead:
        """Return the memory of parameters that have not moved yet."""
        return Ahead(nothing_seen(theta), 1.0)

    def step(self, theta: Tensor, g: Tensor, memory: Ahead) -> tuple[Tensor, Ahead]:
        """Return theta after one step, and the new memory."""
        new = moments(g, memory.moments, self.beta1, self.beta2)
        now, ahead = self.share(new.t), self.share(new.t + 1)
        product = memory.product * now
        m_hat = direction_ahead(new.m, g, now, ahead, product)
        v_hat = new.v / (1 - self.beta2**new.t)
        step = self.lr * m_hat / (v_hat.sqrt() + self.eps)
        return theta - step, Ahead(new, product)


def check_momentum_decay(decay: float | None) -> None:
    """Refuse a decay that would let the share of momentum fall.

    Raises:
        ValueError: If it is negative or NaN.
    """
    if decay is not None and not decay >= 0:
        raise ValueError(f"momentum_decay is {decay}: give 0 or more, or None")
