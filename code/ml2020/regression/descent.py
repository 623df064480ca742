"""Gradient descent: walk downhill on the loss, with one rate or one for each parameter.

Chapter: book/regression.md
Source:  Duchi, Hazan and Singer (2011), section 1.1 with diagonal matrices,
         https://jmlr.org/papers/v12/duchi11a.html
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_features,
    check_positive,
    check_precision,
)

Gradient = Callable[[Tensor], Tensor]
EPS = 1e-10  # torch's: keeps 0 / 0 away while a parameter's gradient is still zero


def gradient_descent(
    gradient: Gradient,
    start: Float[Tensor, " parameters"],
    eta: float,
    steps: int,
) -> Float[Tensor, "points parameters"]:
    """Return the path of theta <- theta - eta * gradient(theta), the start included.

    Args:
        gradient: Maps theta to the gradient of the loss there.
        start: The first theta.
        eta: The learning rate; the path may diverge, and then it says so itself.
        steps: How many steps to take; the path has one point more.

    Raises:
        ValueError: If eta is not positive, or steps is negative.
    """
    check_positive("eta", eta)
    check_at_least("steps", steps, 0)
    theta, path = start, [start]
    for _ in range(steps):
        theta = theta - eta * gradient(theta)
        path.append(theta)
    return torch.stack(path)


def adagrad(
    gradient: Gradient,
    start: Float[Tensor, " parameters"],
    eta: float,
    steps: int,
) -> Float[Tensor, "points parameters"]:
    """Return the path on which each parameter divides eta by its own past slopes.

    The whole walk in one loop, for an exercise. The lecture gradient_descent derives
    Adagrad, as an update rule for any loop. Squares must fit the type of the slopes: in
    32 bits a slope above 1.8e19 makes its sum infinite, and that parameter stands still
    from then on; one below 2.6e-23 counts as none.

    Args:
        gradient: Maps theta to the gradient of the loss there.
        start: The first theta.
        eta: How far the first step moves each parameter.
        steps: How many steps to take; the path has one point more.

    Raises:
        ValueError: If eta is not positive, or steps is negative.
    """
    check_positive("eta", eta)
    check_at_least("steps", steps, 0)
    theta, path = start, [start]
    past = torch.zeros_like(start)  # each one's sum of squares
    for _ in range(steps):
        g = gradient(theta)
        past = past + g**2
        theta = theta - eta / (past.sqrt() + EPS) * g
        path.append(theta)
    return torch.stack(path)


def largest_stable_rate(X: Float[Tensor, "n features"]) -> float:
    """Return the rate below which gradient descent on the squared errors converges.

    It is 2 / mu_max, where mu_max is the largest eigenvalue of the Hessian H = 2 X^T X
    of the loss of X theta.

    Raises:
        ValueError: If X has no number, one is not finite, X is in 16 bits, or their
            squares are all zero or add up to more than their type can hold.
    """
    check_curved(X)
    curvature = torch.linalg.eigvalsh(2 * X.T @ X)
    return 2 / curvature[-1].item()


def check_curved(X: Tensor) -> None:
    """Refuse features on which the loss has no curvature that can be computed.

    Raises:
        ValueError: If X has no number, one is not finite, X is in 16 bits, or the sum
            of the squares, doubled, is zero or not finite in their type.
    """
    check_features("X", X)
    check_precision("X", X)
    squares = (2 * (X**2).sum()).item()
    if not 0 < squares < float("inf"):
        raise ValueError(
            f"X has squares that add up to {squares / 2}: measure it in units that "
            "keep it near 1"
        )
