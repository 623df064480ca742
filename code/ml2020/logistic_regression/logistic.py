"""Logistic regression: the plane whose sigmoid makes the labels most probable.

Chapter: book/logistic_regression_binary.md
Source:  Cox (1958), section 2, https://doi.org/10.1111/j.2517-6161.1958.tb00292.x;
         Bishop (2006), equations 4.87 to 4.91.
"""

from jaxtyping import Float
from torch import Tensor, xlogy

from ml2020.classification import sigmoid
from ml2020.support.checks import (
    check_finite,
    check_labels,
    check_like,
    check_same_type,
    check_shape,
)


def likelihood_loss(
    f: Float[Tensor, " n"],
    y_hat: Float[Tensor, " n"],
) -> Float[Tensor, ""]:
    """Return -ln L, as the formula says it, from probabilities.

    Args:
        f: What the model says: the probability of class 1.
        y_hat: 1 for class 1, 0 for class 2.

    Raises:
        ValueError: If there is no example, a label or a probability is outside [0, 1],
            or a probability of 0 or 1 excludes what a label says.
    """
    check_labels(y_hat)
    if not ((f >= 0) & (f <= 1)).all():
        raise ValueError("f is outside [0, 1]: give probabilities")
    if (((f == 0) & (y_hat > 0)) | ((f == 1) & (y_hat < 1))).any():
        raise ValueError("f excludes a label: compute the loss from logits")
    # xlogy(a, b) is a ln b, and 0 where a is 0.
    return -(xlogy(y_hat, f) + xlogy(1 - y_hat, 1 - f)).sum()


def logistic_loss(
    z: Float[Tensor, "*thetas n"],
    y_hat: Float[Tensor, " n"],
) -> Float[Tensor, "*thetas"]:
    """Return -ln L from logits: the same number, finite unless the sum overflows.

    Args:
        z: The logits, X theta; or a row of them for each of many thetas.
        y_hat: 1 for class 1, 0 for class 2.

    Raises:
        ValueError: If there is no example, a label is outside [0, 1], or a logit is
            not finite.
    """
    check_labels(y_hat)
    check_finite("z", z, "lower the learning rate")
    return (z.clamp(min=0) - y_hat * z + (-z.abs()).exp().log1p()).sum(dim=-1)


def gradient(X: Tensor, y_hat: Tensor, theta: Tensor) -> Tensor:
    """Return the derivative of -ln L by each weight; 0 if there is no example.

    The values are not looked at: NaN stays NaN.

    Args:
        X: One row an example (n, features); a column of ones makes room for the bias.
        y_hat: 1 for class 1, 0 for class 2 (n,).
        theta: The weights (features,).

    Raises:
        ValueError: If there is not one label for each row, or not one weight for each
            column; or if their types differ.
    """
    check_shape("y_hat", y_hat, X.shape[:1])
    check_shape("theta", theta, X.shape[1:])
    check_same_type(X, y_hat)
    check_like("theta", theta, "X", X)
    f = sigmoid(X @ theta)
    return -(y_hat - f) @ X
