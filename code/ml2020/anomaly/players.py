"""Players: ten thousand people with one joystick, and a few who want to spoil it.

Chapter: book/anomaly_density.md
Source:  the chapter's own numbers, after the lecture's story of Twitch Plays Pokemon
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.support.checks import check_at_least

FEATURES = ("spam", "anarchy", "start", "agrees", "against")
# Logits of the five shares: their means and spreads.
CALM = (-2.0, -0.5, -3.0, 1.0, -2.0)
EAGER = (-1.0, 2.0, -2.5, 0.5, -1.5)  # normal too: they like anarchy
TROLL = (0.5, 1.0, 0.0, -1.0, 0.5)
SPREAD = (0.7, 0.6, 0.7, 0.5, 0.6)
EAGER_SHARE = 0.4  # of the normal


class Players(NamedTuple):
    """Shares between 0 and 1 of what each player did, and who was a troll."""

    X: Float[Tensor, "n 5"]
    troll: Bool[Tensor, " n"]


def players(
    normal: int, trolls: int, *, generator: torch.Generator | None = None
) -> Players:
    """Return normal players of two kinds, then trolls.

    Args:
        normal: How many are not; four in ten of them like anarchy.
        trolls: How many are.
        generator: The dice.

    Raises:
        ValueError: If one of the numbers is negative.
    """
    check_at_least("normal", normal, 0)
    check_at_least("trolls", trolls, 0)
    eager = int(EAGER_SHARE * normal)
    counts = ((CALM, normal - eager), (EAGER, eager), (TROLL, trolls))
    centres = torch.cat(
        [torch.tensor(c, dtype=torch.float64).expand(n, -1) for c, n in counts]
    )
    noise = torch.randn(centres.shape, generator=generator, dtype=torch.float64)
    X = (centres + noise * torch.tensor(SPREAD, dtype=torch.float64)).sigmoid()
    return Players(X, torch.arange(normal + trolls) >= normal)
