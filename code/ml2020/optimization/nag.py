"""NAG: momentum that looks where it is going before it asks for the slope.

Chapter: book/optimization_momentum.md
Source:  Nesterov (1983), in the form of Sutskever, Martens, Dahl and Hinton (2013),
         equations 3 and 4, https://proceedings.mlr.press/v28/sutskever13.html
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.gradient_descent.rule import Gradient
from ml2020.optimization.sgdm import Velocity
from ml2020.support.checks import check_at_least, check_positive, check_share


@dataclass(frozen=True)
class NAG:
    """Nesterov's momentum, written for the point ahead: it needs no second point.

    Attributes:
        lr: The learning rate eta.
        momentum: The share lambda of the last movement that is kept, in [0, 1).

    Raises:
        ValueError: If a setting is outside its range.
    """

    lr: float
    momentum: float = 0.9

    def __post_init__(self) -> None:
        check_positive("lr", self.lr)
        check_share("momentum", self.momentum)

    def init(self, theta: Tensor) -> Velocity:
        """Return the memory of parameters that have not moved yet."""
        return Velocity(torch.zeros_like(theta))

    def step(
        self, theta: Tensor, g: Tensor, memory: Velocity
    ) -> tuple[Tensor, Velocity]:
        """Return the point ahead after one movement; theta and g are those there."""
        u = self.momentum * memory.u - self.lr * g
        return theta + self.momentum * u - self.lr * g, Velocity(u)


def look_ahead(
    gradient: Gradient,
    start: Float[Tensor, "*shape"],
    lr: float,
    momentum: float,
    steps: int,
) -> tuple[Float[Tensor, " points *shape"], Float[Tensor, " points *shape"]]:
    """Return the path of NAG as it was meant, and the points at which it looked ahead.

    Args:
        gradient: Maps a point to the gradient of the loss there.
        start: The first theta.
        lr: The learning rate eta.
        momentum: The share lambda of the last movement that is kept, in [0, 1).
        steps: How many steps to take; the path has one point more.

    Raises:
        ValueError: If a setting is outside its range, or steps is negative.
    """
    check_positive("lr", lr)
    check_share("momentum", momentum)
    check_at_least("steps", steps, 0)
    theta, u = start, torch.zeros_like(start)
    path, ahead = [theta], [theta + momentum * u]
    for _ in range(steps):
        u = momentum * u - lr * gradient(ahead[-1])
        theta = theta + u
        path.append(theta)
        ahead.append(theta + momentum * u)
    return torch.stack(path), torch.stack(ahead)
