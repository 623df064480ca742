"""Gradient descent: walk downhill on the loss, with one rate or one for each parameter.

Chapter: book/regression.md
Source:  Duchi, Hazan and Singer (2011), section 1.1 with diagonal matrices,
         https://jmlr.org/papers/v12/duchi11a.html
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_positive

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

    It is 2 / lambda_max(H), with the Hessian H = 2 X^T X of the loss of X theta.

    Raises:
        ValueError: If X has no number other than zero, so that nothing can diverge.
    """
    if not (X**2).sum() > 0:
        raise ValueError("X is all zero or NaN: give features that vary")
    curvature = torch.linalg.eigvalsh(2 * X.T @ X)
    return 2 / curvature[-1].item()
