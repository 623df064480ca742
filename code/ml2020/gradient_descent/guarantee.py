"""Guarantee: how much one step must lower a smooth loss, and how far many steps get.

Chapter: book/gradient_descent.md
Source:  Nesterov (2004), lemma 1.2.3 and theorem 2.1.14; both are proved in the
         chapter, the second with a better constant
"""

import math

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_finite, check_positive


def guaranteed_drop(g: Float[Tensor, " n"], lr: float, beta: float) -> float:
    """Return by how much the loss falls at least; below 0, it may rise by as much.

    It is infinite where the type of g cannot hold the sum of the squares.

    Args:
        g: The gradient where we stand.
        lr: The learning rate eta.
        beta: How fast the gradient can change: no curvature is larger.

    Raises:
        ValueError: If lr or beta is not positive, or g is not finite.
    """
    check_positive("lr", lr)
    check_positive("beta", beta)
    check_finite("g", g, "lower the learning rate")
    return lr * (1 - lr * beta / 2) * (g**2).sum().item()


def gap_bound(distance: float, lr: float, beta: float, steps: int) -> float:
    """Return how far the loss can still be above the least, if it is convex.

    Args:
        distance: How far the start is from a minimum, 0 or more.
        lr: The learning rate eta, at most 1 / beta, up to rounding.
        beta: How fast the gradient can change: no curvature is larger.
        steps: How many updates were made, 1 or more.

    Raises:
        ValueError: If one of them is outside its range.
    """
    check_positive("lr", lr)
    check_positive("beta", beta)
    if lr * beta > 1 and not math.isclose(lr * beta, 1):
        raise ValueError(f"lr is {lr}: give at most 1 / beta = {1 / beta}")
    check_at_least("distance", distance, 0)
    check_at_least("steps", steps, 1)
    return distance**2 / (2 * lr * steps)
