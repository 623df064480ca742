"""Newton's method: go where the parabola through this point has its lowest point.

Chapter: book/gradient_descent.md
Source:  Nocedal and Wright (2006), equation 2.15; damping as in their section 3.4
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import (
    check_at_least,
    check_filled,
    check_finite,
    check_symmetric,
)

Hessian = Callable[[Tensor], Tensor]
SINGULAR = (
    "H is singular up to rounding: standardise the features, drop one that others add "
    "up to, or give Newton another damping"
)


def newton_step(
    theta: Float[Tensor, " n"], g: Float[Tensor, " n"], H: Float[Tensor, "n n"]
) -> Float[Tensor, " n"]:
    """Return theta - H^(-1) g.

    Args:
        theta: The parameters, a vector.
        g: The gradient there.
        H: The matrix of second derivatives there, symmetric.

    Raises:
        ValueError: If g or H is not finite, or H is empty, not symmetric, or singular
            up to the rounding of its type: its smallest curvature is at most n times
            2e-16 of its largest in float64, n times 1e-7 in float32.
    """
    check_filled("H", H, "parameter")
    check_finite("g", g, "begin elsewhere, or give Newton a damping")
    check_finite("H", H, "begin elsewhere, or give Newton a damping")
    check_symmetric("H", H, H.abs().max())
    curvatures, V = torch.linalg.eigh(H)  # costs what a solve costs, and shows why
    sizes = curvatures.abs()
    if sizes.min() <= len(H) * torch.finfo(H.dtype).eps * sizes.max():
        raise ValueError(SINGULAR)
    return theta - V @ ((V.T @ g) / curvatures)


@dataclass(frozen=True)
class Newton:
    """Newton's method as an update rule; it looks for any level point, low or high.

    Attributes:
        hessian: Maps theta to the matrix of second derivatives there.
        damping: Added to every curvature, 0 or more. Steps along positive curvatures
            get shorter. A negative curvature needs a damping well above its size: a
            smaller one makes the step along it longer.

    Raises:
        ValueError: If damping is negative, theta is no vector, or the damped Hessian is
            singular.
    """

    hessian: Hessian
    damping: float = 0.0

    def __post_init__(self) -> None:
        check_at_least("damping", self.damping, 0)

    def init(self, theta: Tensor) -> tuple[()]:
        """Return the memory of parameters that have not moved yet: none."""
        return ()

    def step(
        self, theta: Tensor, g: Tensor, memory: tuple[()]
    ) -> tuple[Tensor, tuple[()]]:
        """Return theta after one step, and no memory."""
        if theta.dim() != 1:
            raise ValueError(f"theta has shape {tuple(theta.shape)}: give a vector")
        H = self.hessian(theta)
        return newton_step(theta, g, H + self.damping * torch.eye(len(g)).to(H)), ()
