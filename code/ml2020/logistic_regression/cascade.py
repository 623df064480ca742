"""A cascade: logistic regressions make the features for one more of their kind.

Chapter: book/logistic_regression_multiclass.md
Source:  Lee (2020), cascading logistic regression models; the gradient, derived in the
         chapter, is that of Rumelhart, Hinton and Williams (1986), equations 4 to 7,
         https://doi.org/10.1038/323533a0
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.classification import sigmoid
from ml2020.support.checks import (
    check_at_least,
    check_features,
    check_labels,
    check_like,
    check_positive,
    check_same_type,
    check_shape,
)


class Cascade(NamedTuple):
    """The weights of all logistic regressions, or a gradient of them.

    Attributes:
        W: Weights of the units that make the features, a row each (units, dims).
        b: Their biases (units,).
        v: Weights of the last one (units,).
        c: Its bias ().
    """

    W: Tensor
    b: Tensor
    v: Tensor
    c: Tensor


def draw_cascade(
    dims: int,
    units: int,
    *,
    generator: torch.Generator | None = None,
) -> Cascade:
    """Return a cascade with standard Gaussian weights and biases.

    Equal units would stay equal for ever: each must begin somewhere else.

    Args:
        dims: How many numbers a point has, 1 or more.
        units: How many features to learn, 1 or more, as many as you like.
        generator: Seed it to draw the same cascade again.

    Raises:
        ValueError: If dims or units is below 1.
    """
    check_at_least("dims", dims, 1)
    check_at_least("units", units, 1)
    shapes = (units, dims), (units,), (units,), ()
    draws = (
        torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes
    )
    return Cascade(*draws)


def learned_features(x: Tensor, cascade: Cascade) -> Tensor:
    """Return x', the answers of the first logistic regressions (n, units).

    Raises:
        ValueError: If the weights do not fit each other and the points, in shape or
            type.
    """
    check_cascade(x, cascade)
    return sigmoid(x @ cascade.W.T + cascade.b)


def answers(x: Tensor, cascade: Cascade) -> Tensor:
    """Return y, what the last logistic regression says of x' (n,)."""
    return sigmoid(learned_features(x, cascade) @ cascade.v + cascade.c)


def cascade_gradient(x: Tensor, y_hat: Tensor, cascade: Cascade) -> Cascade:
    """Return the derivative of -ln L by all weights, in the shape of a cascade.

    It is 0 if there is no point.

    Raises:
        ValueError: If the labels or the weights do not fit the points, in shape or
            type.
    """
    check_shape("y_hat", y_hat, x.shape[:1])
    check_same_type(x, y_hat)
    x1 = learned_features(x, cascade)
    y = sigmoid(x1 @ cascade.v + cascade.c)
    last = y - y_hat  # by the logit of the last one
    first = last[:, None] * cascade.v * x1 * (1 - x1)  # by those of the first
    return Cascade(first.T @ x, first.sum(dim=0), last @ x1, last.sum())


def train_cascade(
    x: Float[Tensor, "n dims"],
    y_hat: Float[Tensor, " n"],
    start: Cascade,
    lr: float,
    steps: int,
) -> list[Cascade]:
    """Return the cascade after each step of gradient descent, the start included.

    Args:
        x: One row a point.
        y_hat: 1 for class 1, 0 for class 2.
        start: The first cascade; it is left as it is.
        lr: The learning rate, positive. One that is far too high, or a start with NaN,
            makes weights NaN: look at the last cascade.
        steps: How many, 0 or more.

    Raises:
        ValueError: If there is no point, one of its numbers is not finite, a label is
            outside [0, 1], the rate is not positive, or steps is negative; or, at the
            first step, if labels or weights do not fit the points.
    """
    check_features("x", x)
    check_labels(y_hat)
    check_positive("lr", lr)
    check_at_least("steps", steps, 0)
    path = [start]
    for _ in range(steps):
        g = cascade_gradient(x, y_hat, path[-1])
        moved = (p - lr * s for p, s in zip(path[-1], g, strict=True))
        path.append(Cascade(*moved))
    return path


def check_cascade(x: Tensor, cascade: Cascade) -> None:
    """Refuse weights that do not fit each other and the points.

    Raises:
        ValueError: If one has another shape or type than they ask for.
    """
    units = cascade.W.shape[:1]
    shapes = (*units, *x.shape[1:]), units, units, ()
    for name, weights, shape in zip(Cascade._fields, cascade, shapes, strict=True):
        check_shape(f"cascade.{name}", weights, shape)
        check_like("x", x, f"cascade.{name}", weights)
