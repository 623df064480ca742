"""Newton's method: logistic regression in a handful of steps, without a rate.

Chapter: book/logistic_regression_binary.md
Source:  Bishop (2006), equations 4.92 to 4.100 (iterative reweighted least squares).
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.classification import sigmoid
from ml2020.gradient_descent import newton_step
from ml2020.logistic_regression.logistic import logistic_loss
from ml2020.logistic_regression.problem import centred
from ml2020.support.checks import (
    check_at_least,
    check_like,
    check_same_type,
    check_shape,
)

ROUNDING = 1e-12  # a loss that grows by less, relatively, has not grown
LAST = 1e-16  # a step that promises to lower the loss by less, relatively, is the last


def slope_and_hessian(
    X: Tensor, y_hat: Tensor, theta: Tensor, penalties: Tensor
) -> tuple[Tensor, Tensor]:
    """Return both derivatives of -ln L plus the penalty of its weights.

    Args:
        X: One row an example (n, features).
        y_hat: 1 for class 1, 0 for class 2 (n,).
        theta: The weights (features,).
        penalties: The lambda of each squared weight (features,).

    Raises:
        ValueError: If they do not fit each other, in shape or type.
    """
    check_shape("y_hat", y_hat, X.shape[:1])
    check_shape("theta", theta, X.shape[1:])
    check_shape("penalties", penalties, X.shape[1:])
    check_same_type(X, y_hat)
    check_like("theta", theta, "X", X)
    check_like("penalties", penalties, "X", X)
    z = X @ theta
    f, rest = sigmoid(z), sigmoid(-z)  # 1 - f, with all its digits
    errors = f * (1 - y_hat) - rest * y_hat  # f - y_hat
    S = f * rest  # the diagonal
    slope = X.T @ errors + 2 * penalties * theta
    return slope, X.T @ (S[:, None] * X) + 2 * penalties.diag()


def newton(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, " n"],
    penalties: Float[Tensor, " features"] | None = None,
    steps: int = 50,
) -> Float[Tensor, " features"]:
    """Return the theta at which -ln L, plus the penalty of its weights, is least.

    It begins at 0. A step that would raise the loss is halved until it does not.

    Args:
        X: One row an example; a column of ones makes room for the bias.
        y_hat: 1 for class 1, 0 for class 2.
        penalties: The lambda of each squared weight; 0 for the bias. None is free.
        steps: The most that are made, 1 or more.

    Raises:
        ValueError: If there is no example, a number is not finite, a square overflows
            or vanishes, a label is outside [0, 1], a penalty is negative, free columns
            depend on each other, a plane of free weights separates the classes (but
            perhaps for examples on it), there is one class only, or steps is below 1;
            if the Hessian becomes singular up to rounding, the steps do not suffice,
            or a weight is too large for the type of X.
    """
    check_at_least("steps", steps, 1)
    A, t = X.double(), y_hat.double()
    lam = A.new_zeros(A.shape[1]) if penalties is None else penalties.double()
    A, shift = centred(A, t, lam)
    theta = torch.zeros_like(lam)
    here = penalized(A, t, theta, lam)
    for _ in range(steps):
        slope, H = slope_and_hessian(A, t, theta, lam)
        step = bare_step(slope, H)
        if slope @ step <= LAST * here:
            return in_type_of(X, shift @ (theta - step))
        while (there := penalized(A, t, theta - step, lam)) > here * (1 + ROUNDING):
            step = step / 2
        theta, here = theta - step, there
    raise ValueError(f"steps were {steps}: give more, or larger penalties")


def bare_step(slope: Tensor, H: Tensor) -> Tensor:
    """Return H^(-1) slope, whatever the units of the features.

    Raises:
        ValueError: If H is singular up to rounding.
    """
    size = H.diagonal().sqrt()
    try:
        there = newton_step(0 * slope, slope / size, H / torch.outer(size, size))
    except ValueError:
        raise ValueError(
            "X and penalties leave a Hessian that is singular up to rounding: give"
            " larger penalties"
        ) from None
    return -there / size


def penalized(X: Tensor, y_hat: Tensor, theta: Tensor, penalties: Tensor) -> Tensor:
    """Return -ln L plus the penalty of the weights."""
    return logistic_loss(X @ theta, y_hat) + penalties @ theta**2


def in_type_of(X: Tensor, theta: Tensor) -> Tensor:
    """Return theta with the type and the place of X.

    Raises:
        ValueError: If a weight is too large for the type.
    """
    found = theta.to(X)
    if not found.isfinite().all():
        raise ValueError(f"X has weights too large for {X.dtype}: rescale it")
    return found
