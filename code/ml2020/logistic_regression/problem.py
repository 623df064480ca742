"""A problem that has a best theta: what Newton asks of the examples before it begins.

Chapter: book/logistic_regression_binary.md
Source:  Albert and Anderson (1984), on when the maximum of the likelihood exists,
         https://doi.org/10.1093/biomet/71.1.1
"""

import torch
from torch import Tensor

from ml2020.logistic_regression.separation import is_separated
from ml2020.support.checks import check_features, check_labels


def centred(X: Tensor, y_hat: Tensor, penalties: Tensor) -> tuple[Tensor, Tensor]:
    """Return the examples with columns of mean 0 beside a bias, and what made them so.

    Args:
        X: One row an example (n, features), in float64.
        y_hat: 1 for class 1, 0 for class 2 (n,).
        penalties: The lambda of each squared weight (features,).

    Returns:
        X T, and the square matrix T of `shift_to_mean_0`.

    Raises:
        ValueError: If there is no example, a number is not finite, a square overflows
            or vanishes, a label is outside [0, 1], a penalty is negative, free columns
            depend on each other, a plane of free weights separates the classes, or
            there is one class only.
    """
    check_problem(X, y_hat, penalties)
    shift = shift_to_mean_0(X, penalties)
    check_best(X, X @ shift, y_hat, penalties)
    return X @ shift, shift


def shift_to_mean_0(X: Tensor, penalties: Tensor) -> Tensor:
    """Return the square matrix T of which X T has columns of mean 0 beside a bias.

    The loss at theta is that of X T at t, if theta = T t: centred columns, of a date
    for example, keep their digits. A bias is a constant column without a penalty; T is
    the identity where there is none.
    """
    shift = torch.eye(X.shape[1]).to(X)
    bias = (X == X[0]).all(dim=0) & (X[0] != 0) & (penalties == 0)
    if bias.any():
        k = bias.nonzero()[0, 0]  # a second one would be refused
        away = X.mean(dim=0) / X[0, k]
        shift[k] -= away.where(~bias, 0.0)
    return shift


def check_problem(X: Tensor, y_hat: Tensor, penalties: Tensor) -> None:
    """Refuse numbers that the computation does not bear.

    Raises:
        ValueError: If there is no example, a number is not finite, a square overflows
            or vanishes, a label is outside [0, 1], or a penalty is negative.
    """
    check_features("X", X)
    check_labels(y_hat)
    if not ((penalties >= 0) & (2 * penalties).isfinite()).all():
        raise ValueError("penalties are below 0 or too large: give 0 for none")
    squares = X.norm(dim=0) ** 2
    if not (squares + 2 * penalties).isfinite().all():
        raise ValueError("X has numbers so large that squares overflow: rescale them")
    if (squares < torch.finfo(X.dtype).tiny)[(X != 0).any(dim=0)].any():
        raise ValueError("X has numbers so small that squares vanish: rescale them")


def check_best(X: Tensor, A: Tensor, y_hat: Tensor, penalties: Tensor) -> None:
    """Refuse what has no single best theta.

    Args:
        X: The examples.
        A: The same, with columns of mean 0 beside a bias.
        y_hat: Their labels.
        penalties: The lambda of each squared weight.

    Raises:
        ValueError: If free columns depend on each other, a plane of free weights
            separates the classes, or there is one class only.
    """
    free = penalties == 0
    H = A.T @ A + 2 * penalties.diag()
    size = H.diagonal().sqrt()  # so that the units of the features do not matter
    R = H / torch.outer(size, size)
    rounding = torch.finfo(A.dtype).eps * len(A) * X.norm(dim=0)
    if (free & (size <= rounding)).any() or (
        torch.linalg.matrix_rank(R, hermitian=True) < len(H)
    ):
        raise ValueError("X has columns that depend on each other: drop or centre one")
    if free.any() and is_separated(A[:, free], y_hat):
        if (y_hat == y_hat[0]).all():
            raise ValueError("y_hat has one class only: add examples of the other")
        raise ValueError("y_hat is separated by a plane: give larger penalties")
