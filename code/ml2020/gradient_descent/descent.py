"""Gradient descent: go against the gradient, by a step in proportion to it.

Chapter: book/gradient_descent.md
Source:  Cauchy (1847), Méthode générale pour la résolution des systèmes d'équations
         simultanées, C. R. Acad. Sci. Paris 25, pages 536 to 538
"""

from dataclasses import dataclass

from torch import Tensor

from ml2020.support.checks import check_positive


@dataclass(frozen=True)
class GradientDescent:
    """Plain descent; stochastic when the gradient it is given comes from few examples.

    Attributes:
        lr: The learning rate eta.

    Raises:
        ValueError: If lr is not positive.
    """

    lr: float

    def __post_init__(self) -> None:
        check_positive("lr", self.lr)

    def init(self, theta: Tensor) -> tuple[()]:
        """Return the memory of parameters that have not moved yet: none."""
        return ()

    def step(
        self, theta: Tensor, g: Tensor, memory: tuple[()]
    ) -> tuple[Tensor, tuple[()]]:
        """Return theta after one step, and no memory."""
        return theta - self.lr * g, ()
