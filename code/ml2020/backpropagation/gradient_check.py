"""Gradient check: walk a little to both sides, and compare.

Chapter: book/backpropagation.md
Source:  Nocedal and Wright (2006), section 8.1, https://doi.org/10.1007/978-0-387-40065-5
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.backpropagation.engine import numbers_only
from ml2020.support.checks import (
    check_filled,
    check_finite,
    check_positive,
    check_precision,
    check_shape,
    check_single,
)

Vector = Float[Tensor, " parameters"]


def central_differences(
    f: Callable[[Tensor], Tensor], theta: Vector, eps: float
) -> Vector:
    """Return the slope by each parameter, from two values of f a parameter.

    It divides by the way that was walked: theta + eps and theta - eps are rounded, too.

    Args:
        f: Gives one number.
        theta: Where; it stays as it is.
        eps: How far to walk to each side.

    Raises:
        ValueError: If theta is no row of floats or empty, a number in it or a value of
            f is NaN or infinite, f gives several numbers, or eps is not positive or so
            small that a parameter does not move.
    """
    check_walk(theta, eps)
    slopes = torch.empty_like(theta)
    for i in range(len(theta)):
        ahead, behind = theta.clone(), theta.clone()
        ahead[i] += eps
        behind[i] -= eps
        slopes[i] = one_number(f(ahead) - f(behind)) / (ahead[i] - behind[i])
    numbers_only("f's slope", slopes)
    return slopes


def forward_differences(
    f: Callable[[Tensor], Tensor], theta: Vector, eps: float
) -> Vector:
    """Return the slope by each parameter, from one value of f more than there are.

    Args:
        f: Gives one number.
        theta: Where; it stays as it is.
        eps: How far to walk, to one side only.

    Raises:
        ValueError: If theta is no row of floats or empty, a number in it or a value of
            f is NaN or infinite, f gives several numbers, or eps is not positive or so
            small that a parameter does not move.
    """
    check_walk(theta, eps)
    slopes, here = torch.empty_like(theta), f(theta.clone())
    for i in range(len(theta)):
        ahead = theta.clone()
        ahead[i] += eps
        slopes[i] = one_number(f(ahead) - here) / (ahead[i] - theta[i])
    numbers_only("f's slope", slopes)
    return slopes


def one_number(value: Tensor) -> Tensor:
    """Return a value of f as it is.

    Raises:
        ValueError: If it is not a single number.
    """
    check_single("f's value", value)
    return value


def relative_error(found: Tensor, reference: Tensor) -> float:
    """Return the length of the difference, divided by that of the longer vector.

    It is between 0 and 2, and 0 if both are zero.

    Raises:
        ValueError: If there is no number, one is NaN or infinite, or shapes differ.
    """
    check_filled("found", found, "slope")
    check_shape("found", found, reference.shape)
    for name, value in (("found", found), ("reference", reference)):
        check_finite(name, value, "find where it comes from first")
    scale = max(found.abs().max(), reference.abs().max()).double()
    if not scale:
        return 0.0
    # In units of the largest number, so that no square overflows or vanishes.
    found, reference = found.double() / scale, reference.double() / scale
    longer = max(found.norm(), reference.norm())
    return float((found - reference).norm() / longer)


def check_walk(theta: Tensor, eps: float) -> None:
    """Refuse a place or a step from which there is no difference.

    Raises:
        ValueError: If theta is no row of floats or empty, a number is NaN or infinite,
            or eps is not positive or too small to move every parameter.
    """
    check_precision("theta", theta)
    check_shape("theta", theta, (theta.numel(),))
    check_filled("theta", theta, "parameter")
    check_finite("theta", theta, "train anew with a lower rate")
    check_positive("eps", eps)
    if (theta + eps == theta).any() or (theta - eps == theta).any():
        raise ValueError(f"eps is {eps}: too small to move theta, give more")
