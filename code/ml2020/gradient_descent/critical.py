"""Critical points: what the second derivatives say where the first ones are silent.

Chapter: book/gradient_descent.md
Source:  Nocedal and Wright (2006), theorems 2.3 and 2.4
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd import functional as autograd

from ml2020.support.checks import check_filled, check_positive

Kind = Literal["slope", "minimum", "maximum", "saddle", "level"]


class Spot(NamedTuple):
    """What can be known of a loss at one point.

    Attributes:
        kind: "slope", "minimum", "maximum", "saddle" or "level" (undecided).
        slope: The length of the gradient.
        curvatures: The eigenvalues of the Hessian, in rising order.
    """

    kind: Kind
    slope: float
    curvatures: Float[Tensor, " n"]


def spot(
    loss: Callable[[Tensor], Tensor],
    theta: Float[Tensor, " n"],
    small_slope: float = 1e-3,
    small_curvature: float = 1e-3,
) -> Spot:
    """Return where a walk has stopped, by its gradient and its Hessian.

    Args:
        loss: Maps theta to its height.
        theta: The point.
        small_slope: A gradient up to this length counts as none; choose it in the
            units of the loss over those of theta.
        small_curvature: A curvature up to this size counts as none; likewise, over
            the square of those of theta.

    Raises:
        ValueError: If a limit is not positive, theta is empty, or the loss or its
            curvature is not finite there.
    """
    check_positive("small_slope", small_slope)
    check_positive("small_curvature", small_curvature)
    check_filled("theta", theta, "parameter")
    # Not by torch.func, which first imports torch's compiler, for two seconds.
    g = autograd.jacobian(loss, theta)  # type: ignore[no-untyped-call]
    H = autograd.hessian(loss, theta)  # type: ignore[no-untyped-call]
    if not (loss(theta).isfinite() & H.isfinite().all()):
        raise ValueError("theta has a loss that is not finite: lower the rate")
    slope, curvatures = g.norm().item(), torch.linalg.eigvalsh(H)
    if slope > small_slope:
        return Spot("slope", slope, curvatures)
    return Spot(_bend(curvatures, small_curvature), slope, curvatures)


def _bend(curvatures: Tensor, small: float) -> Kind:
    up, down = curvatures > small, curvatures < -small
    if up.all():
        return "minimum"
    if down.all():
        return "maximum"
    return "saddle" if down.any() else "level"
