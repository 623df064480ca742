"""Critical points: what the second derivatives say where the first ones are silent.

Chapter: book/gradient_descent.md
Source:  Nocedal and Wright (2006), theorems 2.3 and 2.4
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_positive


class Spot(NamedTuple):
    """What can be known of a loss at one point.

    Attributes:
        kind: "slope", "minimum", "maximum", "saddle" or "level" (undecided).
        slope: The length of the gradient.
        curvatures: The eigenvalues of the Hessian, in rising order.
    """

    kind: str
    slope: float
    curvatures: Float[Tensor, " n"]


def spot(
    loss: Callable[[Tensor], Tensor],
    theta: Float[Tensor, " n"],
    small: float = 1e-3,
) -> Spot:
    """Return where a walk has stopped, by its gradient and its Hessian.

    Args:
        loss: Maps theta to its height.
        theta: The point.
        small: Slopes and curvatures below this count as none; in the loss's units.

    Raises:
        ValueError: If small is not positive, theta is empty, or the loss or its
            curvature is not finite there.
    """
    check_positive("small", small)
    if not len(theta):
        raise ValueError("theta is empty: give at least one parameter")
    g = torch.func.grad(loss)(theta)
    H = torch.func.jacrev(torch.func.grad(loss))(theta)
    if not (loss(theta).isfinite() & H.isfinite().all()):
        raise ValueError("theta has a loss that is not finite: lower the rate")
    slope, curvatures = g.norm().item(), torch.linalg.eigvalsh(H)
    return Spot(named(slope, curvatures, small), slope, curvatures)


def named(slope: float, curvatures: Tensor, small: float) -> str:
    """Return the kind of a point with this slope and these curvatures."""
    up, down = curvatures > small, curvatures < -small
    if slope > small:
        return "slope"
    if up.all():
        return "minimum"
    if down.all():
        return "maximum"
    return "saddle" if down.any() else "level"
