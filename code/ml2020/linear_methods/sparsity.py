"""Sparsity: 0 if all entries are as large, 1 if only one is there.

Chapter: book/linear_methods_factors.md
Source:  Hoyer (2004), section 3.1, https://www.jmlr.org/papers/v5/hoyer04a.html
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_features


def hoyer(X: Float[Tensor, "n features"]) -> Float[Tensor, " n"]:
    """Return the sparsity of each row.

    Args:
        X: Rows of 2 or more numbers, of which one at least is not 0.

    Raises:
        ValueError: If a row is 0, has one number, or a number is not finite.
    """
    check_rows(X)
    root = X.shape[1] ** 0.5
    return (root - X.abs().sum(dim=1) / X.norm(dim=1)) / (root - 1)


def check_rows(X: Tensor) -> None:
    """Refuse rows of which nothing can be said.

    Raises:
        ValueError: If one is 0, there is one column, or a number is not finite.
    """
    check_features("X", X)
    if X.shape[1] < 2:
        raise ValueError("X has one column: give rows of 2 or more numbers")
    if not X.any(dim=1).all():
        raise ValueError("X has a row of zeros: leave it out")
