"""Views: a picture changed by chance in ways that do not change what it shows.

Chapter: book/self_supervised.md
Source:  after Chen, Kornblith, Norouzi and Hinton (2020), section 3; the changes are
         our own, for grey digits on a canvas
"""

from collections.abc import Callable, Collection

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_choice, check_filled

MOST, HOLE = 3, 4  # dots of a shift; rows and columns that are erased
BRIGHT, NOISE = 0.5, 0.1  # brightness is 1 give or take; noise's standard deviation
Pictures = Float[Tensor, "n 1 side side"]
Dice = torch.Generator | None


def shifted(x: Pictures, most: int, *, generator: Dice = None) -> Pictures:
    """Return each picture moved by up to `most` dots down and across, 0 moving in.

    Args:
        x: Pictures.
        most: Dots, 0 or more; all shifts are equally likely.
        generator: Of the shifts.

    Raises:
        ValueError: If there is no picture, or `most` is negative.
    """
    check_filled("x", x, "picture")
    check_at_least("most", most, 0)
    n, side = len(x), x.shape[-1]
    wide = F.pad(x, (most, most, most, most))
    at = torch.randint(2 * most + 1, (2, n, 1), generator=generator)
    i, j = at + torch.arange(side)
    return wide[torch.arange(n)[:, None, None], 0, i[:, :, None], j[:, None, :]][
        :, None
    ]


def brightened(x: Pictures, *, generator: Dice = None) -> Pictures:
    """Return each picture times a number between 0.5 and 1.5."""
    by = torch.rand(len(x), 1, 1, 1, generator=generator, dtype=x.dtype)
    return x * (1 - BRIGHT + 2 * BRIGHT * by)


def noisy(x: Pictures, *, generator: Dice = None) -> Pictures:
    """Return each dot with a noise of standard deviation 0.1."""
    return x + NOISE * torch.randn(x.shape, generator=generator, dtype=x.dtype)


def holes(n: int, side: int, *, generator: Dice = None) -> Tensor:
    """Return a square of 4 by 4 dots in each of n pictures, as True."""
    at = torch.randint(side - HOLE + 1, (2, n, 1), generator=generator)
    i, j = ((torch.arange(side) - at) // HOLE) == 0
    return (i[:, :, None] & j[:, None, :])[:, None]


def erased(x: Pictures, *, generator: Dice = None) -> Pictures:
    """Return each picture with such a square of 0."""
    return x.masked_fill(holes(len(x), x.shape[-1], generator=generator), 0)


CHANGES: dict[str, Callable[..., Tensor]] = {
    "shift": lambda x, generator: shifted(x, MOST, generator=generator),
    "brightness": lambda x, generator: brightened(x, generator=generator),
    "erase": lambda x, generator: erased(x, generator=generator),
    "noise": lambda x, generator: noisy(x, generator=generator),
}
KINDS = ("shift", "brightness", "noise")  # what SimCLR sees on the page


def viewed(
    x: Pictures, kinds: Collection[str] = KINDS, *, generator: Dice = None
) -> Pictures:
    """Return one view of each picture: all these changes, each drawn anew.

    Args:
        x: Pictures.
        kinds: Some of shift, brightness, erase and noise, done in this order.
        generator: Seed it to draw the same view again.

    Raises:
        ValueError: If there is no picture, or no such change.
    """
    check_filled("x", x, "picture")
    for kind in kinds:
        check_choice("kinds", kind, list(CHANGES))
    for kind, change in CHANGES.items():
        if kind in kinds:
            x = change(x, generator)
    return x
