"""Shuffle and exchange: pairs talk, the deck is shuffled, and soon all have met.

Chapter: book/new_architectures.md
Source:  Freivalds, Ozoliņš and Šostaks (2019), section 4,
         https://arxiv.org/abs/1907.07897; the switch with a way around: Draguns et al.
         (2021), section 3, https://arxiv.org/abs/2004.04662
"""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from ml2020.support.checks import check_at_least

KEPT = 0.9  # of what comes in, at first; the paper's


def shuffled(X: Float[Tensor, "*batch T d"]) -> Float[Tensor, "*batch T d"]:
    """Return the places as a perfect shuffle leaves them: both halves by turns.

    What stood at place i stands at the place whose bits are those of i, turned by one
    to the left.

    Raises:
        ValueError: If T is no power of 2, or 1.
    """
    check_power("T", X.shape[-2])
    first, second = X.chunk(2, dim=-2)
    return torch.stack([first, second], dim=-2).flatten(-3, -2)


def unshuffled(X: Float[Tensor, "*batch T d"]) -> Float[Tensor, "*batch T d"]:
    """Return the places before they were shuffled.

    Raises:
        ValueError: If T is no power of 2, or 1.
    """
    check_power("T", X.shape[-2])
    return torch.cat([X[..., 0::2, :], X[..., 1::2, :]], dim=-2)


class Switch(nn.Module):
    """What two neighbours make of each other, the same for all pairs.

    Args:
        d: Numbers of a place.
    """

    def __init__(self, d: int) -> None:
        check_at_least("d", d, 1)
        super().__init__()
        self.makes = nn.Sequential(
            nn.Linear(2 * d, 4 * d, bias=False),
            nn.LayerNorm(4 * d),
            nn.GELU(),
            nn.Linear(4 * d, 2 * d),
        )
        keeps = math.log(KEPT / (1 - KEPT))
        adds = 0.25 * math.sqrt(1 - KEPT**2)
        self.keeps = nn.Parameter(torch.full((2 * d,), keeps, dtype=torch.float32))
        self.adds = nn.Parameter(torch.full((1,), adds, dtype=torch.float32))

    def forward(self, X: Tensor) -> Tensor:
        """Return the places (*batch, T, d) after each pair has talked."""
        # (*batch, T / 2, 2 d)
        pairs = X.unflatten(-2, (-1, 2)).flatten(-2)  # type: ignore[no-untyped-call]
        mixed = self.keeps.sigmoid() * pairs + self.adds * self.makes(pairs)
        return mixed.unflatten(-1, (2, -1)).flatten(-3, -2)


class Benes(nn.Module):
    """Switches and shuffles there, and back: 2 log T - 1 layers of switches.

    All switches on the way there share their weights, and so do those back.

    Args:
        d: Numbers of a place.
    """

    def __init__(self, d: int) -> None:
        super().__init__()
        self.there, self.back = Switch(d), Switch(d)

    def forward(self, X: Tensor) -> Tensor:
        """Return the places (*batch, T, d), each of which has met all.

        Raises:
            ValueError: If T is no power of 2, or 1.
        """
        check_power("T", X.shape[-2])
        turns = rounds(X.shape[-2]) - 1
        for _ in range(turns):
            X = shuffled(self.there(X))
        for _ in range(turns):
            X = unshuffled(self.back(X))
        return self.back(X)


def rounds(T: int) -> int:
    """Return the logarithm of T to the base 2.

    Raises:
        ValueError: If T is no power of 2, or 1.
    """
    check_power("T", T)
    return T.bit_length() - 1


def shuffled_products(T: int, d: int) -> int:
    """Return the products of numbers of a block.

    Raises:
        ValueError: If T is no power of 2, or 1, or d below 1.
    """
    check_at_least("d", d, 1)
    return T // 2 * 16 * d**2 * (2 * rounds(T) - 1)


def met(T: int, layers: int) -> Bool[Tensor, "T T"]:
    """Return who has heard of whom, row by row, after layers with shuffles between.

    Args:
        T: Places, a power of 2.
        layers: Of switches, 1 or more.

    Raises:
        ValueError: If a number is outside its range.
    """
    check_power("T", T)
    check_at_least("layers", layers, 1)
    heard = torch.eye(T, dtype=torch.float64)
    for layer in range(layers):
        heard = shuffled(heard) if layer else heard
        heard = heard.view(T // 2, 2, T).sum(dim=1).repeat_interleave(2, dim=0)
    return heard > 0


def check_power(name: str, T: int) -> None:
    """Refuse what cannot be halved to pairs.

    Raises:
        ValueError: If T is no power of 2, or 1.
    """
    if T < 2 or T & (T - 1):
        raise ValueError(f"{name} is {T}: fill it up to a power of 2, 2 or more")
