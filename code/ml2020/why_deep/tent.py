"""The tent map: two rectifiers fold an interval in the middle, again and again.

Chapter: book/why_deep.md
Source:  Telgarsky (2015), https://arxiv.org/abs/1509.08101
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.deep_learning import Layer
from ml2020.support.checks import check_at_least, check_filled, check_finite


def tents(x: Float[Tensor, "*shape"], folds: int) -> Float[Tensor, "*shape"]:
    """Return x, folded so often: 1 - |1 - 2x|, and the same of what comes out.

    Args:
        x: Numbers from 0 to 1; others run away. A fold loses one bit of them: float32
            has some 24, so give float64 for more than a few folds.
        folds: How often, 0 or more.

    Raises:
        ValueError: If folds is negative, or a number of x is NaN or infinite.
    """
    check_at_least("folds", folds, 0)
    check_finite("x", x)
    for _ in range(folds):
        x = 1 - (1 - 2 * x).abs()
    return x


def tent_layers(
    folds: int, reading: Float[Tensor, "coordinates inputs"]
) -> list[Layer]:
    """Return a network of rectifiers that folds each coordinate so often.

    It has a hidden layer for each fold, with two rectifiers for each coordinate, and a
    straight output: `tents` of each coordinate, if that is from 0 to 1.

    Args:
        folds: How often, 1 or more.
        reading: How a coordinate is made of the inputs, a row of weights for each: the
            identity for coordinates that are the inputs themselves.

    Raises:
        ValueError: If there is no fold, coordinate or input, or a weight is NaN or
            infinite.
    """
    check_folding(folds, reading)
    count = len(reading)
    crease = reading.new_tensor([0, -0.5]).repeat(count)  # where neurons start
    one = reading.new_tensor([[2, -4]])
    unfolded = torch.kron(torch.eye(count).to(reading), one)
    first = Layer(reading.repeat_interleave(2, dim=0), crease)
    again = Layer(unfolded.repeat_interleave(2, dim=0), crease)
    output = Layer(unfolded, reading.new_zeros(count))
    return [first, *[again] * (folds - 1), output]


def check_folding(folds: int, reading: Tensor) -> None:
    """Refuse what nothing can be folded by.

    Raises:
        ValueError: If there is no fold, coordinate or input, or a weight is NaN or
            infinite.
    """
    check_at_least("folds", folds, 1)
    check_filled("reading", reading, "coordinate and input")
    check_finite("reading", reading, "give real weights")
