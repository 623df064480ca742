"""AMSGrad: Adam that never forgets how large a gradient can be.

Chapter: book/optimization_adaptive.md
Source:  Reddi, Kale and Kumar (2018), Algorithm 2, https://arxiv.org/abs/1904.09237
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ml2020.optimization.adam import (
    AdamSettings,
    Moments,
    moments,
    nothing_seen,
    unbiased,
)


class Peak(NamedTuple):
    """What AMSGrad remembers."""

    moments: Moments
    v_hat: Tensor  # the largest average squared gradient so far


@dataclass(frozen=True)
class AMSGrad(AdamSettings):
    """AMSGrad; the other settings are Adam's.

    Attributes:
        unbiased: Correct both averages for their start at zero, as torch does. The
            paper and the lecture do not.
    """

    unbiased: bool = False

    def init(self, theta: Tensor) -> Peak:
        """Return the memory of parameters that have not moved yet."""
        return Peak(nothing_seen(theta), torch.zeros_like(theta))

    def step(self, theta: Tensor, g: Tensor, memory: Peak) -> tuple[Tensor, Peak]:
        """Return theta after one step, and the new memory."""
        new = moments(g, memory.moments, self.beta1, self.beta2)
        v_hat = torch.maximum(memory.v_hat, new.v)
        m, v = new.m, v_hat
        if self.unbiased:
            m, v = unbiased(new._replace(v=v_hat), self.beta1, self.beta2)
        return theta - self.lr * m / (v.sqrt() + self.eps), Peak(new, v_hat)
