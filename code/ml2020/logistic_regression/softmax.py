"""Softmax: scores become probabilities, for any number of classes.

Chapter: book/logistic_regression_multiclass.md
Source:  Bishop (2006), equations 4.104 to 4.109.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import one_hot

from ml2020.support.checks import check_filled, check_finite, check_like


def log_sum_exp(z: Float[Tensor, "*n classes"]) -> Float[Tensor, "*n"]:
    """Return the logarithm of the sum of e^z, without ever computing a large e^z.

    Args:
        z: The scores, a row an example.

    Raises:
        ValueError: If z is empty, or a score is not finite.
    """
    check_scores(z)
    m = z.max(dim=-1, keepdim=True).values
    return (z - m).exp().sum(dim=-1).log() + m[..., 0]


def softmax(z: Float[Tensor, "*n classes"]) -> Float[Tensor, "*n classes"]:
    """Return the probabilities of the classes: each e^z divided by their sum.

    Args:
        z: The scores, a row an example.

    Raises:
        ValueError: If z is empty, or a score is not finite.
    """
    check_scores(z)
    e = (z - z.max(dim=-1, keepdim=True).values).exp()
    return e / e.sum(dim=-1, keepdim=True)


def softmax_loss(
    z: Float[Tensor, "n classes"],
    labels: Int[Tensor, " n"],
) -> Float[Tensor, ""]:
    """Return the cross entropy between one-hot labels and softmax(z), summed up.

    Args:
        z: The scores, a row an example.
        labels: The right class of each, 0 to classes - 1.

    Raises:
        ValueError: If z is empty, a score is not finite, or a label is no class.
    """
    check_classes(labels, z.shape[1])
    right = z.gather(1, labels[:, None])[:, 0]
    return (log_sum_exp(z) - right).sum()


def score_gradient(
    z: Float[Tensor, "n classes"],
    labels: Int[Tensor, " n"],
) -> Float[Tensor, "n classes"]:
    """Return the derivative of the loss by each score: what is said minus what is true.

    Args:
        z: The scores, a row an example.
        labels: The right class of each, 0 to classes - 1.

    Raises:
        ValueError: If z is empty, a score is not finite, or a label is no class.
    """
    check_classes(labels, z.shape[1])
    y_hat = one_hot(labels, z.shape[1])
    return softmax(z) - y_hat


def softmax_gradient(
    X: Float[Tensor, "n features"],
    labels: Int[Tensor, " n"],
    theta: Float[Tensor, "features classes"],
) -> Float[Tensor, "features classes"]:
    """Return the derivative of the loss by the weights, a column a class.

    Args:
        X: One row an example; a column of ones makes room for the bias.
        labels: The right class of each, 0 to classes - 1.
        theta: The weights; the scores are X theta.

    Raises:
        ValueError: If there is no example, a score is not finite, a label is no class,
            or the types of X and theta differ.
    """
    check_like("theta", theta, "X", X)
    return X.T @ score_gradient(X @ theta, labels)


def check_scores(z: Tensor) -> None:
    """Refuse scores of which no softmax exists.

    Raises:
        ValueError: If there is none, or one is not finite.
    """
    check_filled("z", z, "score")
    check_finite("z", z, "lower the learning rate, or drop masked classes")


def check_classes(labels: Tensor, classes: int) -> None:
    """Refuse labels that are no classes.

    Raises:
        ValueError: If one is below 0, or not below the number of classes.
    """
    if torch.any((labels < 0) | (labels >= classes)):
        last = classes - 1
        raise ValueError(f"labels are outside 0 to {last}: number them from 0")
