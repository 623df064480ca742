"""Separation: planes along which the loss falls for ever, so that no theta is best.

Chapter: book/logistic_regression_binary.md
Source:  Albert and Anderson (1984), for data that a plane separates, wholly or but for
         the examples on it, https://doi.org/10.1093/biomet/71.1.1
"""

from torch import Tensor

ON = 1e-8  # an example so near a plane, next to the farthest, lies on it


def separates(X: Tensor, y_hat: Tensor, theta: Tensor) -> bool:
    """Return whether no label is on the wrong side of a plane, and one on the right.

    Then the loss falls for ever along theta: no theta is best. An example with a label
    between 0 and 1 must lie on the plane.
    """
    # Next to the farthest example, not to the terms of z: they may cancel.
    rounding = ON * (X @ theta).abs().max()
    z = X @ theta.where(theta.abs() * X.abs().amax(dim=0) > rounding, 0.0)
    on = z.abs() <= rounding
    right = ((y_hat == 1) & (z > rounding)) | ((y_hat == 0) & (z < -rounding))
    return bool((on | right).all() and right.any())


def refuse_separated(X: Tensor, y_hat: Tensor, theta: Tensor) -> None:
    """Refuse a plane along which the loss falls for ever.

    Raises:
        ValueError: If it separates the classes, or there is one class only.
    """
    if separates(X, y_hat, theta):
        if (y_hat == y_hat[0]).all():
            raise ValueError("y_hat has one class only: add examples of the other")
        raise ValueError("y_hat is separated by a plane: give larger penalties")
