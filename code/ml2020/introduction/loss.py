"""Average loss: how bad a function is, over the examples.

Chapter: book/introduction.md
Source:  Mitchell (1997), section 5.2.1 (sample error)
"""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int64, Shaped
from torch import Tensor

from ml2020.support.checks import check_filled, check_like

Loss = Callable[[Tensor, Tensor], Tensor]


def average_loss(
    f: Callable[[Tensor], Tensor],
    x: Shaped[Tensor, " n *features"],
    y_hat: Tensor,
    ell: Loss,
) -> Float[Tensor, ""]:
    """Return L(f), the mean over the examples of ell(f(x), y_hat).

    Args:
        f: The function that is judged; it takes all examples at once.
        x: The examples: numbers, or whole numbers if f takes those.
        y_hat: The labels, one for each example.
        ell: Says how bad one answer is: maps answers and labels to (n,). Whatever it
            returns is averaged: a mean stays one, and a table of every answer against
            every label, (n, n), gives another number than L. `find` refuses both.

    Raises:
        ValueError: If there is no example, or their numbers differ.
    """
    check_filled("x", x)
    if len(x) != len(y_hat):
        raise ValueError(
            f"y_hat has {len(y_hat)} answers: give one for each of {len(x)}"
        )
    return ell(f(x), y_hat).mean()


def zero_one(
    y: Shaped[Tensor, " n"], y_hat: Shaped[Tensor, " n"]
) -> Float[Tensor, " n"]:
    """Return 1 for each wrong answer and 0 for each right one.

    Raises:
        ValueError: If there is no answer.
    """
    check_filled("y", y)
    return (y != y_hat).double()


def squared(
    y: Float[Tensor, " n *outputs"], y_hat: Float[Tensor, " n *outputs"]
) -> Float[Tensor, " n"]:
    """Return the squared distance between answer and label, summed over components.

    Both have the same shape: (n, 1) against (n,) is refused, since torch would compare
    every answer with every label.

    Raises:
        ValueError: If there is no number, or the types differ.
    """
    check_filled("y", y)
    check_like("y_hat", y_hat, "y", y)
    return ((y - y_hat) ** 2).reshape(len(y), -1).sum(dim=1)


def surprise(
    scores: Float[Tensor, "n classes"], y_hat: Int64[Tensor, " n"]
) -> Float[Tensor, " n"]:
    """Return minus the log of the probability that the scores give to the label.

    The probabilities are the softmax of the scores; a later lecture derives it. Among
    scores of which one is NaN or plus infinity, or all are minus infinity, the surprise
    is NaN.

    Raises:
        ValueError: If there is no score, or a label is not the number of a class.
    """
    check_filled("scores", scores)
    check_classes(y_hat, scores.shape[1])
    log_p = torch.log_softmax(scores, dim=1)
    return -log_p[torch.arange(len(y_hat)), y_hat]


def check_classes(y_hat: Int64[Tensor, " n"], count: int) -> None:
    """Refuse labels that number no class; torch would count negative ones from behind.

    Raises:
        ValueError: If one is outside 0 to count - 1.
    """
    if not ((y_hat >= 0) & (y_hat < count)).all():
        raise ValueError(f"y_hat is outside 0 to {count - 1}: number the classes so")
