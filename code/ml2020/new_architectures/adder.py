"""Adder: a frame in which each architecture is tried: digits in, a sum out.

Chapter: book/new_architectures.md
Source:  the frame of this book; what stands in it: see each module
"""

import torch
from jaxtyping import Int
from torch import Tensor, nn

from ml2020.new_architectures.hashed_heads import HashedHeads
from ml2020.new_architectures.orders import Stack, sandwich
from ml2020.new_architectures.reversible import Reversible
from ml2020.new_architectures.sharing import NarrowTable, Shared
from ml2020.new_architectures.shuffle import Benes
from ml2020.new_architectures.sums import DIGITS
from ml2020.support.checks import check_filled
from ml2020.transformer.layers import Norm
from ml2020.transformer.positions import sinusoids

LAYERS = 3  # an s and an f each
CHUNKS, ROUNDS = 4, 2  # of hashing
KINDS = (
    "Transformer",
    "sandwich",
    "ALBERT",
    "Universal",
    "shuffle-exchange",
    "Reformer",
)


class Adder(nn.Module):
    """Digits and places as vectors, a body, and the scores of all digits.

    Args:
        body: Makes places (n, T, d) of places.
        d: Numbers of a place, even.
        table: Makes vectors of 2 DIGITS kinds of digits; without it, a wide one.
    """

    def __init__(self, body: nn.Module, d: int, table: nn.Module | None = None) -> None:
        super().__init__()
        self.table = nn.Embedding(2 * DIGITS, d) if table is None else table
        self.body, self.ends, self.says = body, Norm(d), nn.Linear(d, DIGITS)

    def forward(self, X: Int[Tensor, "n T 2"]) -> Tensor:
        """Return the scores of all digits at each place (n, T, DIGITS).

        Raises:
            ValueError: If there is no place, or an unknown digit.
        """
        check_digits(X)
        kinds = X + torch.tensor([0, DIGITS], device=X.device)  # first, second
        a = self.table(kinds).sum(dim=-2)
        Z = self.body(a + sinusoids(*a.shape[1:]).to(a))
        scores: Tensor = self.says(self.ends(Z))
        return scores


def body_of(kind: str, T: int, d: int, h: int) -> nn.Module:
    """Return the body of an architecture, with new weights.

    Args:
        kind: Of KINDS, or "Reformer, all kept", or a word of s and f.
        T: Places.
        d: Numbers of a place, even.
        h: Heads, a divisor of d.
    """
    match kind:
        case "Transformer":
            return Stack(sandwich(LAYERS, 0), d, h)
        case "sandwich":
            return Stack(sandwich(LAYERS, 1), d, h)
        case "ALBERT" | "Universal":
            return Shared("sf", LAYERS, d, h, told=kind == "Universal")
        case "shuffle-exchange":
            return Benes(d)
        case "Reformer" | "Reformer, all kept":
            parts = [HashedHeads(d, h, T // CHUNKS, ROUNDS, T) for _ in range(LAYERS)]
            return Reversible(parts, d, kept=kind != "Reformer")
    return Stack(kind, d, h)


def drawn_adder(seed: int, kind: str, T: int, d: int = 32, h: int = 2) -> Adder:
    """Return a network with the first weights of a seed; else as `body_of`.

    ALBERT's has a table of a quarter of d numbers.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        table = NarrowTable(2 * DIGITS, d, d // 4) if kind == "ALBERT" else None
        return Adder(body_of(kind, T, d, h), d, table).float()


def check_digits(X: Tensor) -> None:
    """Refuse no place, and what is no digit."""
    check_filled("X", X, "place")
    if not ((X >= 0) & (X < DIGITS)).all():
        raise ValueError(f"X has unknown digits: give 0 to {DIGITS - 1}")
