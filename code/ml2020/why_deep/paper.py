"""Paper: fold it, make one straight cut, unfold it, and there is a carpet of diamonds.

Chapter: book/why_deep.md
Source:  Lee (2020), why deep: cutting paper for a window, and the carpet of diamonds;
         for networks that fold, Montufar and others (2014),
         https://arxiv.org/abs/1402.1869
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.deep_learning import Layer
from ml2020.support.checks import check_filled, check_shape
from ml2020.why_deep.tent import tent_layers, tents


def carpet(points: Float[Tensor, "n 2"], folds: int) -> Float[Tensor, " n"]:
    """Return a score for each point of the unit square, above 0 inside of a diamond.

    Both coordinates are folded; the cut goes from corner to corner of what is left.
    After k folds there are 4**(k - 1) diamonds, which cover half of the square.

    Args:
        points: Places from 0 to 1.
        folds: How often each coordinate is folded, 0 or more.

    Raises:
        ValueError: If there is no point, a number is NaN or infinite, or folds is
            negative.
    """
    check_points(points)
    return tents(points, folds).sum(dim=1) - 1


def carpet_layers(folds: int) -> list[Layer]:
    """Return a network of rectifiers, four in each layer, that gives these scores.

    Args:
        folds: How often each coordinate is folded, 1 or more; so many hidden layers.

    Raises:
        ValueError: If there is no fold.
    """
    *hidden, last = tent_layers(folds, torch.eye(2, dtype=torch.float32))
    return [*hidden, Layer(last.W.sum(dim=0, keepdim=True), last.b[:1] - 1)]


def check_points(points: Tensor) -> None:
    """Raise a ValueError unless there are points, with two coordinates each."""
    check_filled("points", points, "point")
    check_shape("points", points, (len(points), 2))
