"""Activations: what bends the sum of a neuron, beyond the sigmoid and the rectifier.

Chapter: book/training_tips_training.md
Source:  Maas, Hannun and Ng (2013), the leaky rectifier; He, Zhang, Ren and Sun (2015),
         equation 1, https://arxiv.org/abs/1502.01852; Klambauer, Unterthiner, Mayr and
         Hochreiter (2017), https://arxiv.org/abs/1706.02515
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_finite

# With these two numbers a Gaussian sum of mean 0 and variance 1 keeps both.
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def leaky_relu(
    z: Float[Tensor, "*shape"], alpha: float | Tensor = 0.01
) -> Float[Tensor, "*shape"]:
    """Return z where it is positive, and a small share of it elsewhere.

    With an alpha that is learned, like a weight, it is the parametric rectifier, PReLU.

    Args:
        z: The sums. Minus infinity becomes NaN with an alpha of 0.
        alpha: The slope below zero: one number, or one for each neuron, which is the
            last axis of z. Maas and others take 0.01.

    Raises:
        ValueError: If alpha is NaN or infinite.
    """
    check_alpha(alpha)
    return torch.where(z > 0, z, alpha * z)


def selu(z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Return the scaled exponential linear unit of z.

    Above zero it is a line, a little steeper than 1; below it bends towards -1.758.
    """
    # The clamp keeps exp from overflowing on the side that `where` throws away.
    low = SELU_ALPHA * torch.expm1(z.clamp(max=0))
    return SELU_SCALE * torch.where(z > 0, z, low)


def check_alpha(alpha: float | Tensor) -> None:
    """Refuse a slope that is no number.

    Raises:
        ValueError: If it is NaN or infinite.
    """
    check_finite("alpha", torch.as_tensor(alpha), "give a small number, such as 0.01")
