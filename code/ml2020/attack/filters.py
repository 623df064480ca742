"""Filters: what a passive defence does to a picture before the network sees it.

Chapter: book/attack_defend.md
Source:  Xu, Evans and Qi (2018), section III, https://arxiv.org/abs/1704.01155;
         straight through: Athalye, Carlini and Wagner (2018), section 4.1 (BPDA),
         https://arxiv.org/abs/1802.00420
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_dots

Grey = Float[Tensor, "n rows columns"]


def windows_of(x: Grey) -> Float[Tensor, "n rows columns 9"]:
    """Return of each dot its window of 3 by 3; beyond the edge the edge goes on."""
    wide = F.pad(x[:, None], (1, 1, 1, 1), mode="replicate")[:, 0]
    return wide.unfold(1, 3, 1).unfold(2, 3, 1).flatten(3)


def smoothed(x: Grey) -> Grey:
    """Return each dot as the mean of its window of 3 by 3."""
    return windows_of(x).mean(dim=3)


def squeezed(x: Grey, bits: int) -> Grey:
    """Return dots rounded to 2 ** bits levels of ink; its slope is 0 nearly everywhere.

    Raises:
        ValueError: If bits are not whole, or not from 1 to 16, or a dot
            is outside 0 to 1.
    """
    check_bits(bits)
    check_dots("x", x)
    top = 2**bits - 1
    return (x * top).round() / top


def straight_through(x: Tensor, changed: Tensor) -> Tensor:
    """Return what a defence made of x, with the slope of having done nothing."""
    return x + (changed - x).detach()


def stepped_aside(x: Grey, *, generator: torch.Generator | None = None) -> Grey:
    """Return each picture moved by chance, a dot at most, in both directions."""
    wide = F.pad(x, (1, 1, 1, 1))
    cuts = wide.unfold(1, x.shape[1], 1).unfold(2, x.shape[2], 1)
    down, right = torch.randint(3, (2, len(x)), generator=generator)
    return cuts[torch.arange(len(x)), down, right]


def check_bits(bits: int) -> None:
    """Refuse a number of levels that is none.

    Raises:
        ValueError: If bits are not whole, or outside 1 to 16.
    """
    if bits not in range(1, 17):
        raise ValueError(f"bits is {bits}: give a whole number from 1 to 16")
