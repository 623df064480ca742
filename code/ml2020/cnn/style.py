"""Style: which filters answer together, wherever they do; and pictures that agree.

Chapter: book/cnn_inside.md
Source:  Gatys, Ecker and Bethge (2016), the style representation; Ustyuzhaninov,
         Brendel, Gatys and Bethge (2017), https://openreview.net/forum?id=BJhZeLsxx:
         one layer of random filters, of several sizes, instead of a trained network
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ml2020.cnn.pooling import mean_pool
from ml2020.support.checks import check_at_least, check_filled, check_finite, check_like

SCALES = (1, 2, 4)  # by which the picture is made smaller, instead of larger filters
Picture = Float[Tensor, "1 1 rows columns"]


def gram_matrix(
    a: Float[Tensor, "filters rows columns"],
) -> Float[Tensor, "filters filters"]:
    """Return the mean product of each two maps, over all places.

    Raises:
        ValueError: If there is no map, or a number is NaN or infinite.
    """
    check_filled("a", a, "map")
    check_finite("a", a, "look at the picture and at the filters")
    a = a.flatten(1)
    return a @ a.T / a.shape[1]


def random_filters(
    count: int, kernel: int, *, generator: torch.Generator | None = None
) -> Float[Tensor, "filters 1 kernel kernel"]:
    """Return Gaussian filters, their squares adding up to 1 in the mean.

    Args:
        count: How many, 1 or more.
        kernel: Rows and columns of each, 1 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If a number is below 1.
    """
    check_at_least("count", count, 1)
    check_at_least("kernel", kernel, 1)
    shape = count, 1, kernel, kernel
    drawn = torch.randn(shape, generator=generator, dtype=torch.float32)
    return drawn / kernel


def grams(
    x: Picture, W: Float[Tensor, "filters 1 kernel kernel"]
) -> list[Float[Tensor, "filters filters"]]:
    """Return the Gram matrix of rectified maps of a picture at each scale.

    The picture is continued by its mirror image beyond its edges.

    Raises:
        ValueError: If the filters are larger than the picture at the last scale, or
            kinds of numbers differ.
    """
    check_room(x, W)
    # Mirrored at its edges: else the outer dots lie under few windows, and stay noise.
    edge = (W.shape[-1] // 2,) * 4
    scaled = (F.pad(mean_pool(x, scale), edge, mode="reflect") for scale in SCALES)
    return [gram_matrix(F.conv2d(small, W).relu()[0]) for small in scaled]


def style_loss(
    x: Picture,
    goals: Sequence[Float[Tensor, "filters filters"]],
    W: Float[Tensor, "filters 1 kernel kernel"],
) -> Float[Tensor, ""]:
    """Return how far the Gram matrices of a picture are from others, of 1 in all.

    Args:
        x: A picture.
        goals: Gram matrices of the style, one for each scale.
        W: The filters that have made them.

    Raises:
        ValueError: If the filters are larger than the picture at the last scale, kinds
            of numbers differ, or the goals are not those of three scales.
    """
    check_goals(goals)
    pairs = zip(grams(x, W), goals, strict=True)
    off = [(G - goal).square().sum() / goal.square().sum() for G, goal in pairs]
    return torch.stack(off).mean()


def check_goals(goals: Sequence[Tensor]) -> None:
    """Refuse goals that no distance can be a share of.

    Raises:
        ValueError: If there are not as many as scales, one is all zeros, or NaN.
    """
    if len(goals) != len(SCALES):
        raise ValueError(f"goals are {len(goals)}: give {len(SCALES)}, one a scale")
    for k, goal in enumerate(goals):
        check_finite(f"goals[{k}]", goal, "give those of another picture")
        if not goal.any():
            raise ValueError(f"goals[{k}] is all zeros: give those of another picture")


def check_room(x: Tensor, W: Tensor) -> None:
    """Refuse filters that do not fit into the smallest picture, and spoilt pictures.

    Raises:
        ValueError: If they are larger, or of another kind of numbers, or a dot is NaN.
    """
    check_filled("x", x, "picture")
    check_filled("W", W, "filter")
    check_like("x", x, "W", W)
    check_finite("x", x, "drop or mend that picture")
    least = SCALES[-1] * W.shape[-1]
    if min(x.shape[2:]) < least:
        raise ValueError(
            f"x is {x.shape[2]} by {x.shape[3]}: give a picture of {least} by {least}"
            " or more, or smaller filters"
        )
