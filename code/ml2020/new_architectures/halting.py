"""Halting: a layer used again and again, and each place decides when it has had enough.

Chapter: book/new_architectures.md
Source:  Graves (2016), section 2, https://arxiv.org/abs/1603.08983; for the places of a
         Transformer: Dehghani et al. (2019), section 2.2,
         https://arxiv.org/abs/1807.03819
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ml2020.new_architectures.orders import Stack
from ml2020.new_architectures.sharing import waves
from ml2020.support.checks import check_at_least, check_filled, check_share

EPSILON = 0.01  # the paper's


class Halted(NamedTuple):
    """When each place halts, and how its steps are weighted.

    Attributes:
        weights: Of each step (steps, *shape); together 1.
        N: How many steps each place takes (*shape).
        ponder: N and the rest that the last step got (*shape); what it has to pay.
    """

    weights: Tensor
    N: Tensor
    ponder: Tensor


def goes_on(p: Tensor, epsilon: float = EPSILON) -> Tensor:
    """Return whether a place needs another step, after each step (steps, *shape)."""
    return p.cumsum(dim=0) < 1 - epsilon


def halted(p: Float[Tensor, " steps *shape"], epsilon: float = EPSILON) -> Halted:
    """Return when places halt: as soon as their chances add up to nearly 1.

    Args:
        p: The chance of halting at each step, if it comes to that; at the last step
            every place halts.
        epsilon: How much may be missing, in [0, 1).

    Raises:
        ValueError: If there is no step, p is no chance, or epsilon outside its range.
    """
    check_chances(p, epsilon)
    going = goes_on(p, epsilon)
    going = torch.cat([going[:-1], torch.zeros_like(going[:1])])  # it ends here
    taken = torch.cat([torch.ones_like(going[:1]), going[:-1]])
    N, rest = taken.sum(dim=0), 1 - (p * going).sum(dim=0)
    weights = torch.where(going, p, rest) * taken
    return Halted(weights, N, N + rest)


class Pondered(NamedTuple):
    """What came out (n, T, d), after how many steps (n, T), and what they cost."""

    Z: Tensor
    N: Tensor
    ponder: Tensor


class Ponderer(nn.Module):
    """A Universal Transformer with halting: one layer, and places that stop.

    Args:
        d: Numbers of a place, even.
        h: Heads, a divisor of d.
        most: Steps at most, 1 or more.
        told: Whether places are told where they are and which step it is.
        epsilon: See `halted`.
    """

    def __init__(
        self,
        d: int,
        h: int,
        most: int,
        *,
        told: bool = True,
        epsilon: float = EPSILON,
    ) -> None:
        check_at_least("most", most, 1)
        check_share("epsilon", epsilon)
        super().__init__()
        self.most, self.told, self.epsilon = most, told, epsilon
        self.layer, self.halts = Stack("sf", d, h), nn.Linear(d, 1)
        nn.init.constant_(self.halts.bias, -1.0)  # at first, go on

    def forward(self, X: Tensor, seen: Tensor | None = None) -> Pondered:
        """Return the mean of each place's steps; who has halted stays as it is."""
        states, chances = [], []
        going = torch.ones_like(X[..., 0], dtype=torch.bool)
        for step in range(1, self.most + 1):
            Z = (
                X + waves(*X.shape[-2:], step).to(X)  # type: ignore[call-arg]
                if self.told
                else X
            )
            X = self.layer(Z, seen).where(going[..., None], X)
            states.append(X)
            chances.append(self.halts(X).squeeze(-1).sigmoid())
            going = goes_on(torch.stack(chances), self.epsilon)[-1]
        weights, N, ponder = halted(torch.stack(chances), self.epsilon)
        return Pondered((weights[..., None] * torch.stack(states)).sum(0), N, ponder)


def check_chances(p: Tensor, epsilon: float) -> None:
    """Refuse chances that are none."""
    check_filled("p", p, "step")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("p is outside 0 to 1, or NaN: give chances of halting")
    check_share("epsilon", epsilon)
