"""Pictures: clothes to learn from, to choose by, to judge by; moved, and shuffled.

Chapter: book/cnn_layers.md
Source:  the pictures are those of Xiao, Rasul and Vollgraf (2017), see
         ml2020.data.fashion_mnist
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.data.fashion_mnist import fashion_mnist
from ml2020.support.checks import check_at_least, check_filled, check_parts

OTHERS = 10_000  # pictures that are not Zalando's test


class Pictures(NamedTuple):
    """Clothes in three parts, 28 by 28 dots from 0 (the ground) to 1, and classes."""

    X: Float[Tensor, "learn 1 28 28"]
    y: Int[Tensor, " learn"]
    X_choose: Float[Tensor, "choose 1 28 28"]
    y_choose: Int[Tensor, " choose"]
    X_judge: Float[Tensor, "judge 1 28 28"]
    y_judge: Int[Tensor, " judge"]


def clothes(learn: int, choose: int) -> Pictures:
    """Return pictures to learn from, to choose by, and all the rest to judge by.

    Args:
        learn: How many to learn from.
        choose: How many others to choose by; together at most 10,000.

    Raises:
        ValueError: If a part would be empty, or the two are more than there are.
    """
    check_parts(learn, choose, OTHERS)
    data = fashion_mnist()
    X = torch.cat([data.train_images, data.test_images])[:, None]
    y = torch.cat([data.train_labels, data.test_labels])
    sizes = [learn, choose, len(X) - learn - choose]
    pairs = zip(torch.split(X, sizes), torch.split(y, sizes), strict=True)
    return Pictures(*(part for pair in pairs for part in pair))


def moved(
    X: Float[Tensor, "n channels rows columns"], down: int, right: int
) -> Float[Tensor, "n channels rows columns"]:
    """Return pictures moved by some dots; what leaves is lost, what enters is ground.

    Args:
        X: Pictures whose ground is 0.
        down: Dots, upwards if negative.
        right: Dots, to the left if negative.

    Raises:
        ValueError: If nothing of the picture would be left.
    """
    check_move(X, down, right)
    return F.pad(X, (right, -right, down, -down))


def jittered(
    X: Float[Tensor, "n channels rows columns"],
    most: int,
    *,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "n channels rows columns"]:
    """Return pictures each moved by chance: up to `most` dots in each direction.

    Args:
        X: Pictures whose ground is 0; at least one.
        most: Dots, 0 or more.
        generator: Seed it to move them so again.

    Raises:
        ValueError: If there is no picture, or most is negative.
    """
    check_filled("X", X, "picture")
    check_at_least("most", most, 0)
    places = 2 * most + 1
    down, right = torch.randint(places, (2, len(X)), generator=generator)
    wide = F.pad(X, (most,) * 4)
    cuts = wide.unfold(2, X.shape[2], 1).unfold(3, X.shape[3], 1)
    return cuts[torch.arange(len(X)), :, down, right]


def shuffled(
    X: Float[Tensor, "n channels rows columns"], order: Int[Tensor, " dots"]
) -> Float[Tensor, "n channels rows columns"]:
    """Return pictures whose dots have been put into another order, the same for all.

    Args:
        X: Pictures.
        order: For each place, row by row, the place that its dot comes from.

    Raises:
        ValueError: If it is not an order of all places.
    """
    check_order(order, X.shape[2] * X.shape[3])
    return X.flatten(2)[:, :, order].view_as(X)


def check_move(X: Tensor, down: int, right: int) -> None:
    """Refuse a movement out of the frame.

    Raises:
        ValueError: If it is as far as a side is long, or farther.
    """
    sides = zip(("down", "right"), (down, right), X.shape[2:], strict=True)
    for name, dots, side in sides:
        if abs(dots) >= side:
            raise ValueError(f"{name} is {dots}: give less than {side} dots")


def check_order(order: Tensor, dots: int) -> None:
    """Refuse what is no order of so many places.

    Raises:
        ValueError: If a place is missing.
    """
    if not torch.equal(order.sort().values.cpu(), torch.arange(dots)):
        raise ValueError(f"order is none of {dots} places: give torch.randperm({dots})")
