"""SWATS: begin with Adam, end with SGDM, and let the steps say when to switch.

Chapter: book/optimization_adaptive.md
Source:  Keskar and Socher (2017), Algorithm 1, https://arxiv.org/abs/1712.07628
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.optimization.adam import Adam, AdamSettings, Moments, nothing_seen
from ml2020.support.checks import check_positive


class Phase(NamedTuple):
    """What SWATS remembers; all of theta is one vector."""

    moments: Moments  # Adam's
    average: float  # lambda_k, of the rates that SGD would have needed
    sgd_lr: float  # Lambda, above zero from the switch on; until then zero
    u: Tensor  # SGDM's momentum, after the switch


def equal_rate(p: Tensor, g: Tensor) -> Tensor:
    """Return gamma, the rate at which a step of SGD, projected on p, is p.

    It is negative where Adam climbs. Where p stands at a right angle to g no rate would
    do: it is infinite there, and NaN if p is zero, too.

    Args:
        p: Adam's movement; with several rows, one movement a row.
        g: The gradient there.
    """
    return (p * p).sum(dim=-1) / -(p * g).sum(dim=-1)


@dataclass(frozen=True)
class SWATS(AdamSettings):
    """SWATS; the other settings are Adam's.

    All of theta is one vector with one rate, so give it all parameters at once: trained
    through `RuleOptimizer`, each tensor of a network is a vector of its own, with its
    own rate and its own time to switch. Each step asks the device for one number.

    A schedule of lr ends at the switch: from then on the rate is that of the memory.

    Attributes:
        tolerance: Switch when the average rate is this close to the last: 1e-9 in the
            paper.

    Raises:
        ValueError: If a setting is outside its range.
    """

    tolerance: float = 1e-9

    def __post_init__(self) -> None:
        check_positive("tolerance", self.tolerance)
        super().__post_init__()

    def init(self, theta: Tensor) -> Phase:
        """Return the memory of parameters that have not moved yet."""
        return Phase(nothing_seen(theta), 0.0, 0.0, torch.zeros_like(theta))

    def step(self, theta: Tensor, g: Tensor, memory: Phase) -> tuple[Tensor, Phase]:
        """Return theta after one step of the phase it is in, and the new memory."""
        if memory.sgd_lr > 0:
            u = self.beta1 * memory.u + g
            new_theta = theta - (1 - self.beta1) * memory.sgd_lr * u
            return new_theta, memory._replace(u=u)
        adam = Adam(self.lr, self.beta1, self.beta2, self.eps)
        new_theta, new = adam.step(theta, g, memory.moments)
        gamma = equal_rate((new_theta - theta).flatten(), g.flatten()).item()
        return new_theta, self.watch(gamma, memory._replace(moments=new))

    def watch(self, gamma: float, memory: Phase) -> Phase:
        """Return the memory with one more rate in its average; switch if it agrees.

        The paper would also switch to a negative rate, with which SGD climbs for ever.
        """
        if not math.isfinite(gamma):  # a right angle: the average stays
            return memory
        average = self.beta2 * memory.average + (1 - self.beta2) * gamma
        mean = average / (1 - self.beta2**memory.moments.t)
        agrees = memory.moments.t > 1 and abs(mean - gamma) < self.tolerance
        sgd_lr = max(mean, 0.0) if agrees else 0.0
        return memory._replace(average=average, sgd_lr=sgd_lr)
