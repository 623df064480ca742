"""Average loss: how bad a function is, over the examples.

Chapter: book/introduction.md
Source:  Mitchell (1997), section 5.2.1 (sample error)
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

Loss = Callable[[Tensor, Tensor], Tensor]


def average_loss(
    f: Callable[[Tensor], Tensor],
    x: Float[Tensor, " n *features"],
    y_hat: Tensor,
    ell: Loss,
) -> Float[Tensor, ""]:
    """Return L(f), the mean over the examples of ell(f(x), y_hat).

    Args:
        f: The function that is judged; it takes all examples at once.
        x: The examples.
        y_hat: The right answers, one for each example.
        ell: Says how bad one answer is: maps answers and truths to (n,).

    Raises:
        ValueError: If there is no example, or their numbers differ.
    """
    if not len(x):
        raise ValueError("x is empty: give at least one example")
    if len(x) != len(y_hat):
        raise ValueError(
            f"y_hat has {len(y_hat)} answers: give one for each of {len(x)}"
        )
    return ell(f(x), y_hat).mean()


def zero_one(y: Tensor, y_hat: Tensor) -> Float[Tensor, " n"]:
    """Return 1 for each wrong answer and 0 for each right one."""
    return (y != y_hat).double()


def squared(y: Tensor, y_hat: Tensor) -> Float[Tensor, " n"]:
    """Return the squared distance between answer and truth, summed over components."""
    return ((y - y_hat) ** 2).flatten(start_dim=1).sum(dim=1)


def surprise(scores: Float[Tensor, "n classes"], y_hat: Tensor) -> Float[Tensor, " n"]:
    """Return minus the log of the probability that the scores give to the truth.

    The probabilities are the softmax of the scores; a later lecture derives it.
    """
    return -torch.log_softmax(scores, dim=1)[torch.arange(len(y_hat)), y_hat]
