"""Square error: the loss that goes to sleep where it should wake up.

Chapter: book/logistic_regression_binary.md
Source:  Lee (2020), the lecture's comparison of both losses; Bishop (2006), equation
         4.88, for the derivative of the sigmoid.
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.classification import sigmoid
from ml2020.support.checks import check_features, check_finite, check_labels

ByExample = Float[Tensor, "*thetas n"]


def sigmoid_slope(z: Float[Tensor, "*n"]) -> Float[Tensor, "*n"]:
    """Return the derivative of the sigmoid: at most 1/4, and nothing far from 0."""
    f = sigmoid(z)
    return f * (1 - f)


def square_loss(
    z: ByExample,
    y_hat: Float[Tensor, " n"],
) -> Float[Tensor, "*thetas"]:
    """Return the sum of the squared distances of sigmoid(z) from the labels.

    Args:
        z: The logits, X theta; or a row of them for each of many thetas.
        y_hat: 1 for class 1, 0 for class 2.

    Raises:
        ValueError: If there is no example, a label is outside [0, 1], or a logit is
            not finite.
    """
    check_labels(y_hat)
    check_finite("z", z, "lower the learning rate")
    return ((sigmoid(z) - y_hat) ** 2).sum(dim=-1)


def slopes(
    z: ByExample,
    y_hat: Float[Tensor, " n"],
) -> tuple[ByExample, ByExample]:
    """Return the derivatives of both losses of each example by its own logit.

    Args:
        z: The logits; or a row of them for each of many thetas.
        y_hat: 1 for class 1, 0 for class 2.

    Returns:
        That of the cross entropy, and that of the square error.

    Raises:
        ValueError: If there is no example, a label is outside [0, 1], or a logit is
            not finite.
    """
    check_labels(y_hat)
    check_finite("z", z, "lower the learning rate")
    f = sigmoid(z)
    return f - y_hat, 2 * (f - y_hat) * sigmoid_slope(z)


def square_gradient(
    X: Float[Tensor, "n features"],
    y_hat: Float[Tensor, " n"],
    theta: Float[Tensor, " features"],
) -> Float[Tensor, " features"]:
    """Return the derivative of the square error by each weight.

    Args:
        X: One row an example; a column of ones makes room for the bias.
        y_hat: 1 for class 1, 0 for class 2.
        theta: The weights.

    Raises:
        ValueError: If there is no example, a number is not finite, or a label is
            outside [0, 1].
    """
    check_features("X", X)
    by_z = slopes(X @ theta, y_hat)[1]
    return by_z @ X
