"""Pooling: of each square of a map only the largest number stays, or the mean.

Chapter: book/cnn_layers.md
Source:  Lee (2020), max pooling; LeCun, Bottou, Bengio and Haffner (1998), who
         add up four numbers
"""

from jaxtyping import Float
from torch import Tensor

from ml2020.cnn.convolution import windows
from ml2020.support.checks import check_at_least, check_finite

Maps = Float[Tensor, "n channels rows columns"]
Pooled = Float[Tensor, "n channels rows_out columns_out"]


def max_pool(x: Maps, size: int, stride: int | None = None) -> Pooled:
    """Return the largest number of each square; what is left over at the end is cut.

    The slope goes to the place where it stands; of several equal ones, to one.

    Args:
        x: Maps or pictures.
        size: Numbers along a side of the square, 1 or more.
        stride: From one square to the next; the same as size if it is None.

    Raises:
        ValueError: If there is no map, a number is outside its range, NaN or infinite,
            or the square is larger than the map.
    """
    check_squares(x, size)
    seen = windows(x, (size, size), size if stride is None else stride)
    return seen.flatten(4).max(dim=4).values


def mean_pool(x: Maps, size: int, stride: int | None = None) -> Pooled:
    """Return the mean of each square; what is left over at the end is cut.

    Args:
        x: Maps or pictures.
        size: Numbers along a side of the square, 1 or more.
        stride: From one square to the next; the same as size if it is None.

    Raises:
        ValueError: If there is no map, a number is outside its range, NaN or infinite,
            or the square is larger than the map.
    """
    check_squares(x, size)
    seen = windows(x, (size, size), size if stride is None else stride)
    return seen.mean(dim=(4, 5))


def check_squares(x: Tensor, size: int) -> None:
    """Refuse squares larger than the maps, and maps that hold what is no number.

    Raises:
        ValueError: If the size is below 1 or above a side, or a number is NaN or
            infinite.
    """
    check_at_least("size", size, 1)
    if x.numel() and size > min(x.shape[2:]):
        rows, columns = x.shape[2:]
        raise ValueError(
            f"size is {size}, the map {rows} by {columns}: give {min(rows, columns)}"
            " or less"
        )
    check_finite("x", x, "lower the rate, or look at the layer before")
