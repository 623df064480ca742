"""Linear regression: the line whose squared errors add up to the least.

Chapter: book/regression.md
Source:  Hastie, Tibshirani and Friedman (2009), sections 2.3.1 and 3.2,
         https://hastie.su.domains/ElemStatLearn/
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_examples,
    check_features,
    check_precision,
    check_same_type,
    check_sums,
)

Scalar = Float[Tensor, ""]


def loss(
    w: Scalar,
    b: Scalar,
    x: Float[Tensor, " n"],
    y_hat: Float[Tensor, " n"],
) -> Scalar:
    """Return L(w, b), the sum of the squared errors of the line y = b + w x.

    Args:
        w: The slope, in units of y a unit of x.
        b: The bias, in units of y.
        x: One feature of each example.
        y_hat: The right answers. In this course the hat marks the truth.
    """
    error = y_hat - (b + w * x)
    return (error**2).sum()


def gradient(
    w: Scalar,
    b: Scalar,
    x: Float[Tensor, " n"],
    y_hat: Float[Tensor, " n"],
) -> tuple[Scalar, Scalar]:
    """Return the partial derivatives of the loss by w and by b."""
    error = y_hat - (b + w * x)
    return (2 * error * -x).sum(), (2 * error * -1).sum()


def gradient_of_squares(
    theta: Float[Tensor, " features"],
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, " n"],
) -> Float[Tensor, " features"]:
    """Return the gradient of the squared errors of X theta, for any features."""
    return -2 * X.T @ (y_hat - X @ theta)


def rank(X: Float[Tensor, "n features"]) -> int:
    """Return how many columns are independent, up to rounding, whatever their units.

    Each column is divided by its largest number first. Then a direction counts whose
    singular value is above the largest one times eps times the longer side of X.

    Raises:
        ValueError: If X has no number, one is not finite, or X is in 16 bits.
    """
    check_features("X", X)
    check_precision("X", X)
    shares = X / X.abs().amax(dim=0)
    return int(torch.linalg.matrix_rank(shares.nan_to_num()))  # 0 / 0: a zero column


def least_squares(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, " n"],
) -> Float[Tensor, " features"]:
    """Return the theta that minimises the squared errors of X theta.

    Where several do (`rank(X)` is less than the number of columns), it is the shortest
    of them. No direction is dropped that the rank counts, however small its column.
    Columns that agree but for a share of 1e-9 count as two: their weights may be of
    the order of 1e9 with opposite signs, although the answers X theta are sound. A
    weight that its type cannot hold is infinite or NaN.

    Args:
        X: One row for each example; a column of ones makes room for the bias.
        y_hat: The right answers, in the type of X.

    Raises:
        ValueError: If there is no example or feature, a number is not finite, the
            types differ or have 16 bits, a column is too large or too small for its
            type, y_hat adds up to more than it can hold, or the columns depend on each
            other, or nearly so, and `shortest` refuses them.
    """
    check_table(X, y_hat)
    if rank(X) < X.shape[1]:
        return shortest(X, y_hat)
    Q, R = torch.linalg.qr(X)
    right = (Q.T @ y_hat)[:, None]
    return torch.linalg.solve_triangular(R, right, upper=True)[:, 0]


def shortest(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, " n"],
) -> Float[Tensor, " features"]:
    """Return, of all theta that minimise the squared errors of X theta, the shortest.

    A pseudo-inverse drops the directions in which X is shorter than its longest one
    times eps times the longer side of X. Where one of them counts, it refuses.

    Raises:
        ValueError: As `least_squares`, or if a direction would be dropped that counts.
    """
    check_table(X, y_hat)
    check_kept(X)
    return torch.linalg.pinv(X) @ y_hat


def check_kept(X: Tensor) -> None:
    """Raise a ValueError if a pseudo-inverse would drop columns that count."""
    counted, kept = rank(X), int(torch.linalg.matrix_rank(X))
    if counted > kept:
        raise ValueError(
            f"X has {counted} independent columns of {X.shape[1]} if each is divided "
            f"by its largest number, but {kept} as it is: divide, or leave columns out"
        )


def check_table(X: Tensor, y_hat: Tensor) -> None:
    """Refuse data of which a solver would make no numbers.

    Raises:
        ValueError: If there is no example, a number is not finite, the types differ,
            the sum of y_hat may overflow, or, in the type of X, the largest number of
            a column does times the number of rows, or is not 0 and one over it does.
    """
    check_examples(X, y_hat)
    check_same_type(X, y_hat)
    check_sums("y_hat", y_hat)
    largest = X.abs().amax(dim=0)
    largest = largest[largest > 0]
    if not ((len(X) * largest).isfinite() & (1 / largest).isfinite()).all():
        raise ValueError(
            "X has columns too large or too small for its type: measure them near 1"
        )
