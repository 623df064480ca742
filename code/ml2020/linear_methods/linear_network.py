"""A linear network with a narrow middle: PCA's space, found by gradient descent.

Chapter: book/linear_methods_pca.md
Source:  Baldi and Hornik (1989), https://doi.org/10.1016/0893-6080(89)90014-2
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_descended,
    check_features,
    check_positive,
)


class Network(NamedTuple):
    """Weights into the middle, weights out of it, and the loss before each step."""

    encoder: Float[Tensor, "K features"]
    decoder: Float[Tensor, "K features"]
    path: Float[Tensor, " steps_and_1"]


def network_loss(
    X: Float[Tensor, "n features"],
    encoder: Float[Tensor, "K features"],
    decoder: Float[Tensor, "K features"],
) -> Float[Tensor, ""]:
    """Return the mean over examples of the squared error behind the narrow middle."""
    return ((X - X @ encoder.T @ decoder) ** 2).sum() / len(X)


def network_slopes(
    X: Float[Tensor, "n features"],
    encoder: Float[Tensor, "K features"],
    decoder: Float[Tensor, "K features"],
) -> tuple[Float[Tensor, "K features"], Float[Tensor, "K features"]]:
    """Return the slopes of `network_loss` by both weights."""
    z = X @ encoder.T
    error = z @ decoder - X
    by_decoder = 2 * z.T @ error / len(X)
    by_encoder = 2 * decoder @ error.T @ X / len(X)
    return by_encoder, by_decoder


def descended_network(
    X: Float[Tensor, "n features"],
    start: tuple[Float[Tensor, "K features"], Float[Tensor, "K features"]],
    lr: float,
    steps: int,
) -> Network:
    """Return where gradient descent leads.

    Args:
        X: One row an example, with the mean 0.
        start: The first encoder and the first decoder.
        lr: The learning rate.
        steps: How many steps.

    Raises:
        ValueError: If a number is not finite, a setting is out of range, or the loss
            has risen.
    """
    check_features("X", X)
    check_positive("lr", lr)
    check_at_least("steps", steps, 1)
    A, B = start
    path = [network_loss(X, A, B)]
    for _ in range(steps):
        by_A, by_B = network_slopes(X, A, B)
        A, B = A - lr * by_A, B - lr * by_B
        path.append(network_loss(X, A, B))
    check_descended(path[0], path[-1], lr)
    return Network(A, B, torch.stack(path))
