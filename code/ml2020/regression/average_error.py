"""The average error: how far answers are from the truth, in units of the answer.

Chapter: book/regression.md
Source:  Lee (2020), the lecture's average error, in training and in testing
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite


def average_error(
    y: Float[Tensor, " n"],
    y_hat: Float[Tensor, " n"],
) -> Float[Tensor, ""]:
    """Return the mean distance between answer and truth, in units of y.

    Raises:
        ValueError: If there is no example, or a number is not finite.
    """
    check_filled("y_hat", y_hat)
    check_finite("y", y)
    check_finite("y_hat", y_hat)
    return (y - y_hat).abs().mean()
