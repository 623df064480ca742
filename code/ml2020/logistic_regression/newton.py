"""Newton's method: logistic regression in a handful of steps, without a rate.

Chapter: book/logistic_regression.md
Source:  Bishop (2006), equations 4.92 to 4.100 (iterative reweighted least squares);
         Albert and Anderson (1984) for separated data,
         https://doi.org/10.1093/biomet/71.1.1
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.classification import sigmoid
from ml2020.logistic_regression.logistic import logistic_loss
from ml2020.support.checks import check_features, check_labels

CLOSE = 1e-10  # a step that changes theta by less, relatively, is the last
ROUNDING = 1e-12  # a loss that grows by less, relatively, has not grown


def newton_step(X: Tensor, y_hat: Tensor, theta: Tensor, prices: Tensor) -> Tensor:
    """Return what Newton takes away from theta: the Hessian's inverse, the gradient.

    Args:
        X: One row an example (n, features).
        y_hat: 1 for class 1, 0 for class 2 (n,).
        theta: The weights (features,).
        prices: What each squared weight costs (features,).
    """
    f = sigmoid(X @ theta)
    S = f * (1 - f)  # the diagonal
    H = X.T @ (S[:, None] * X) + 2 * prices.diag()
    return torch.linalg.solve(H, X.T @ (f - y_hat) + 2 * prices * theta)


def newton(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, " n"],
    prices: Float[Tensor, " features"] | None = None,
    steps: int = 50,
) -> Float[Tensor, " features"]:
    """Return the theta at which -ln L, plus the price of its weights, is least.

    A step that would raise the loss is halved until it does not.

    Args:
        X: One row an example; a column of ones makes room for the bias.
        y_hat: 1 for class 1, 0 for class 2.
        prices: The lambda of each squared weight; 0 for the bias. None is free.
        steps: The most that are made.

    Raises:
        ValueError: If there is no example, a number is not finite, a label is outside
            [0, 1], a price is negative, no single theta is best, or none is at all.
    """
    A, t = X.double(), y_hat.double()
    P = A.new_zeros(A.shape[1]) if prices is None else prices.double()
    check_problem(A, t, P)
    theta = torch.zeros_like(P)
    for _ in range(steps):
        here = punished(A, t, theta, P)
        step = newton_step(A, t, theta, P)
        while punished(A, t, theta - step, P) > here * (1 + ROUNDING):
            step = step / 2
        theta = theta - step
        if not P.any() and separated(A @ theta, t):
            raise ValueError("y_hat is separated by a plane: give prices above 0")
        if step.abs().max() <= CLOSE * (1 + theta.abs().max()):
            return theta.to(X)
    raise ValueError(f"steps were {steps}: give more, or give prices above 0")


def separated(z: Tensor, y_hat: Tensor) -> bool:
    """Return whether labels 0 and 1 all lie on their own side: no theta is best."""
    sides = y_hat.where((y_hat == 0) | (y_hat == 1), 0.5) - 0.5
    return bool((sides * z > 0).all())


def punished(X: Tensor, y_hat: Tensor, theta: Tensor, prices: Tensor) -> Tensor:
    """Return -ln L plus the price of the weights."""
    return logistic_loss(X @ theta, y_hat) + prices @ theta**2


def check_problem(X: Tensor, y_hat: Tensor, prices: Tensor) -> None:
    """Refuse what has no single best theta, as far as one can see before the run.

    Raises:
        ValueError: If there is no example, a number is not finite, a label is outside
            [0, 1], a price is negative, there is one class only, or columns depend on
            each other and are free.
    """
    check_features("X", X)
    check_labels(y_hat)
    if not ((prices >= 0) & prices.isfinite()).all():
        raise ValueError("prices are not all 0 or more: give 0 for a free weight")
    if (y_hat == y_hat[0]).all() and y_hat[0] in (0, 1):
        raise ValueError("y_hat has one class only: add examples of the other")
    H = X.T @ X + 2 * prices.diag()
    size = H.diagonal().sqrt()  # so that the units of the features do not matter
    R = H / torch.outer(size, size)
    if not size.all() or torch.linalg.matrix_rank(R, hermitian=True) < len(H):
        raise ValueError("X has columns that depend on each other: drop one of them")
