"""SVM: a line with a margin, by Newton's method on squared hinges.

Chapter: book/semi_supervised.md
Source:  Keerthi and DeCoste (2005), section 2, equations 3 to 8,
         https://jmlr.org/papers/v6/keerthi05a.html
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_features,
    check_finite,
    check_like,
    check_shape,
    check_sides,
)

MOST = 100  # Newton steps; a few are usual


def hinge2(
    margin: Float[Tensor, " n"],
) -> Float[Tensor, " n"]:
    """Return max(0, 1 - margin)^2: nothing where an example is far on its side."""
    return (1 - margin).clamp(min=0) ** 2


def svm_objective(
    w: Float[Tensor, " features"],
    X: Float[Tensor, "n features"],
    y: Float[Tensor, " n"],
    cost: Float[Tensor, " n"],
) -> Float[Tensor, ""]:
    """Return |w|^2 / 2 plus the cost of each example times its squared hinge."""
    return w @ w / 2 + cost @ hinge2(y * (X @ w))


def fit_svm(
    X: Float[Tensor, "n features"],
    y: Float[Tensor, " n"],
    cost: Float[Tensor, " n"],
    start: Float[Tensor, " features"] | None = None,
) -> Float[Tensor, " features"]:
    """Return the w for which `svm_objective` is least.

    A column of ones makes a bias of it, which is then kept small, too.

    Args:
        X: One row an example.
        y: Its side, 1 or -1.
        cost: What it costs to be on the other, 0 or more.
        start: The first w; 0 without it.

    Raises:
        ValueError: If there is no example, a number is not finite, a side is neither
            1 nor -1, or a cost is negative or too large.
    """
    check_features("X", X)
    check_sides("y", y, len(X))
    check_costs(cost, len(X))
    check_like("y", y, "X", X)
    check_like("cost", cost, "X", X)
    w = X.new_zeros(X.shape[1]) if start is None else start
    check_shape("start", w, (X.shape[1],))
    check_finite("start", w, "start from 0")
    for _ in range(MOST):
        inside = y * (X @ w) < 1  # only these have a slope
        A, c = X[inside], 2 * cost[inside]
        H = torch.eye(len(w)).to(X) + A.T @ (c[:, None] * A)
        root, failed = torch.linalg.cholesky_ex(H)
        step = torch.cholesky_solve((A.T @ (c * y[inside]))[:, None], root)[:, 0] - w
        check_solved(step, failed)
        length, now = 1.0, svm_objective(w, X, y, cost)
        while svm_objective(w + length * step, X, y, cost) > now and length > 1e-6:
            length /= 2
        if length <= 1e-6 or step.norm() <= 1e-10 * (1 + w.norm()):
            break
        w = w + length * step
    return w


def check_solved(step: Tensor, failed: Tensor) -> None:
    """Refuse costs so large that nothing is left of the squares in the digits.

    Raises:
        ValueError: If the equations for a step have no answer in them.
    """
    if failed or not step.isfinite().all():
        raise ValueError("cost is too large for these digits: lower it")


def check_costs(cost: Tensor, count: int) -> None:
    """Refuse costs that would pay for errors.

    Raises:
        ValueError: If one is negative or not finite, or some are missing.
    """
    check_shape("cost", cost, (count,))
    check_finite("cost", cost, "give 0 or more")
    if not (cost >= 0).all():
        raise ValueError("cost is negative: give 0 or more")
