"""Penalties: a loss that also asks for small weights, and the step that each makes.

Chapter: book/training_tips_testing.md
Source:  Krogh and Hertz (1992), weight decay; Tibshirani (1996), section 2.2, the soft
         threshold
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_positive,
    check_shape,
)


def decay_step(
    w: Float[Tensor, "*shape"], g: Float[Tensor, "*shape"], lr: float, l2: float
) -> Float[Tensor, "*shape"]:
    """Return w after a step down the loss plus l2 / 2 times the sum of squares of w.

    Args:
        w: The weights.
        g: The slopes of the loss alone.
        lr: The learning rate, positive.
        l2: The strength of the penalty, 0 or more.

    Raises:
        ValueError: If a setting is outside its range.
    """
    check_step(lr, "l2", l2)
    return (1 - lr * l2) * w - lr * g


def sign_step(
    w: Float[Tensor, "*shape"], g: Float[Tensor, "*shape"], lr: float, l1: float
) -> Float[Tensor, "*shape"]:
    """Return w after a step down the loss plus l1 times the sum of |w|.

    Args:
        w: The weights; the slope of |w| at 0 is taken to be 0.
        g: The slopes of the loss alone.
        lr: The learning rate, positive.
        l1: The strength of the penalty, 0 or more.

    Raises:
        ValueError: If a setting is outside its range.
    """
    check_step(lr, "l1", l1)
    return w - lr * g - lr * l1 * w.sign()


def soft_threshold(w: Float[Tensor, "*shape"], by: float) -> Float[Tensor, "*shape"]:
    """Return w, moved towards 0 by so much, and no farther than 0.

    Args:
        w: The weights.
        by: How far, 0 or more.

    Raises:
        ValueError: If it is negative.
    """
    check_at_least("by", by, 0)
    return w.sign() * (w.abs() - by).clamp(min=0)


@dataclass(frozen=True)
class Penalised:
    """Plain gradient descent with both penalties, on some of the parameters.

    Attributes:
        lr: The learning rate.
        l2: The strength of the squared penalty, 0 or more.
        l1: That of the absolute one, by the proximal step, 0 or more.
        punished: Which parameters are, in theta's last axis: weights, and no biases.

    Raises:
        ValueError: If a setting is outside its range.
    """

    lr: float
    l2: float
    l1: float
    punished: Bool[Tensor, " parameters"]

    def __post_init__(self) -> None:
        check_step(self.lr, "l2", self.l2)
        check_at_least("l1", self.l1, 0)
        check_filled("punished", self.punished, "parameter")

    def init(self, theta: Tensor) -> tuple[()]:
        """Return the memory, which is empty."""
        return ()

    def step(
        self, theta: Tensor, g: Tensor, memory: tuple[()]
    ) -> tuple[Tensor, tuple[()]]:
        """Return theta after one step, and no memory.

        Raises:
            ValueError: If theta has other parameters than `punished`.
        """
        check_shape("punished", self.punished, theta.shape[-1:])
        decayed = decay_step(theta, g, self.lr, self.l2)
        small = soft_threshold(decayed, self.lr * self.l1)
        return torch.where(self.punished, small, theta - self.lr * g), ()


def check_step(lr: float, name: str, strength: float) -> None:
    """Refuse a rate or a strength that is none, and a decay beyond zero.

    Raises:
        ValueError: If the rate is not positive, the strength negative, or a weight
            would lose more than itself.
    """
    check_positive("lr", lr)
    check_at_least(name, strength, 0)
    if name == "l2" and lr * strength > 1:
        raise ValueError(f"l2 is {strength}: give {1 / lr:.6g} or less, or lower lr")
