"""XOR: four points that no line separates, and two features that make it easy.

Chapter: book/logistic_regression_multiclass.md
Source:  Lee (2020), the lecture's feature transformation; Minsky and Papert (1969),
         Perceptrons, for what no line can do.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_filled, check_finite


def xor() -> tuple[Float[Tensor, "4 2"], Float[Tensor, "4"]]:
    """Return the four points, and 1 for those with one coordinate of each kind.

    The points stand in the order (0, 0), (0, 1), (1, 0), (1, 1).
    """
    x = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float64)
    y_hat = torch.tensor([0, 1, 1, 0], dtype=torch.float64)
    return x, y_hat


def distances(
    x: Float[Tensor, "n dims"],
    places: Float[Tensor, "features dims"],
) -> Float[Tensor, "n features"]:
    """Return how far each point is from each place: the new features x'.

    Args:
        x: One row a point.
        places: One row a place.

    Raises:
        ValueError: If there is no point or no place, or a number is not finite.
    """
    check_filled("x", x, "row")
    check_filled("places", places, "row")
    check_finite("x", x, "drop those rows")
    check_finite("places", places, "drop those rows")
    return ((x[:, None] - places) ** 2).sum(dim=2).sqrt()
