"""Adder: a frame in which each architecture is tried: bits in, a sum out.

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
from ml2020.support.checks import check_filled
from ml2020.transformer.heads import MultiHead
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
    """Bits and places as vectors, a body, and the scores of both bits.

    Args:
        body: Makes places (n, T, d) of places.
        d: Numbers of a place, even.
        table: Makes vectors of 0 to 3: a first bit, a second bit; without it, a wide
            one.
    """

    def __init__(self, body: nn.Module, d: int, table: nn.Module | None = None) -> None:
        super().__init__()
        self.table = nn.Embedding(4, d) if table is None else table
        self.body, self.ends, self.says = body, Norm(d), nn.Linear(d, 2)

    def forward(self, X: Int[Tensor, "n T 2"]) -> Tensor:
        """Return the scores of both bits at each place (n, T, 2).

        Raises:
            ValueError: If there is no place, or something else than bits.
        """
        check_bits(X)
        # the first bit is 0 or 1, the second 2 or 3
        kinds = X + torch.tensor([0, 2], dtype=X.dtype, device=X.device)
        a = self.table(kinds).sum(dim=-2)
        Z = self.body(a + sinusoids(*a.shape[1:]).to(a))
        scores: Tensor = self.says(self.ends(Z))
        return scores


def body_of(kind: str, T: int, d: int, h: int) -> nn.Module:
    """Return the body of an architecture, with new weights.

    Args:
        kind: Of KINDS, "reversible" (with full attention), or a word of s and f.
        T: Places.
        d: Numbers of a place, even.
        h: Heads, a divisor of d.

    Raises:
        ValueError: If the Reformer's places cannot be cut into its chunks.
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
        case "reversible":
            return Reversible((MultiHead(d, h) for _ in range(LAYERS)), d)
        case "Reformer":
            check_cut(T)
            parts = [HashedHeads(d, h, T // CHUNKS, ROUNDS, T) for _ in range(LAYERS)]
            return Reversible(parts, d)
    return Stack(kind, d, h)


def drawn_adder(seed: int, kind: str, T: int, d: int = 32, h: int = 2) -> Adder:
    """Return a network with the first weights of a seed; else as `body_of`.

    ALBERT's has a table of a quarter of d numbers.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        table = NarrowTable(4, d, d // 4) if kind == "ALBERT" else None
        return Adder(body_of(kind, T, d, h), d, table).float()


def check_bits(X: Tensor) -> None:
    """Refuse no place, and what is no bit."""
    check_filled("X", X, "place")
    if not ((X >= 0) & (X <= 1)).all():
        raise ValueError("X has something else than bits: give 0 and 1")


def check_cut(T: int) -> None:
    """Refuse places that cannot be cut into the Reformer's chunks."""
    if T < CHUNKS or T % CHUNKS:
        raise ValueError(f"T is {T}: choose a multiple of {CHUNKS} for its chunks")
