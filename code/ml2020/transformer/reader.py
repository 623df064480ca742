"""A reader: a stack of encoder layers that scores symbols at each place.

With a mask that lets no place see what comes after it, it is a language model.

Chapter: book/transformer_attention.md
Source:  the encoder of Vaswani et al. (2017), https://arxiv.org/abs/1706.03762; masked,
         the decoder alone of Liu et al. (2018), section 4.2.3,
         https://arxiv.org/abs/1801.10198
"""

import torch
from jaxtyping import Int
from torch import Tensor, nn

from ml2020.support.checks import check_at_least, check_even, check_symbols
from ml2020.transformer.layers import EncoderLayer, Norm
from ml2020.transformer.masks import causal
from ml2020.transformer.positions import Table, sinusoids

KINDS = ("none", "sinusoids", "table", "rotary")


class Places(nn.Module):
    """Symbols as vectors, with their places told or not.

    Args:
        symbols: How many there are.
        d: Numbers of a place, even.
        kind: Of KINDS; a rotary one is told inside the layers.
        longest: Of a table: how many places it has.
    """

    def __init__(self, symbols: int, d: int, kind: str, longest: int = 64) -> None:
        check_kind(kind)
        check_even(d)
        super().__init__()
        self.kind = kind
        self.symbols = nn.Embedding(symbols, d)
        self.table = Table(longest, d) if kind == "table" else None

    def forward(self, X: Tensor) -> Tensor:
        """Return the vectors (n, T, d) of symbols (n, T)."""
        a, T = self.symbols(X), X.shape[1]
        if self.table is not None:
            return a + self.table(T)
        if self.kind == "sinusoids":
            return a + sinusoids(T, a.shape[-1]).to(a)
        return a


class Reader(nn.Module):
    """Layers of self-attention; at each place the scores of all symbols.

    Args:
        symbols: How many there are.
        d: Numbers of a place, even.
        h: Heads, a divisor of d.
        layers: How many, 1 or more.
        places: Of KINDS.
        masked: Whether no place sees what comes after it.
        pre: Whether the norms come first; then another one follows on the last layer.
        longest: Of a table of places.
    """

    def __init__(
        self,
        symbols: int,
        d: int,
        h: int,
        layers: int,
        places: str = "sinusoids",
        *,
        masked: bool = False,
        pre: bool = True,
        longest: int = 64,
    ) -> None:
        check_at_least("symbols", symbols, 1)
        check_at_least("layers", layers, 1)
        super().__init__()
        self.masked = masked
        self.begins = Places(symbols, d, places, longest)
        rotary = places == "rotary"
        self.layers = nn.ModuleList(
            EncoderLayer(d, h, 4 * d, pre, rotary) for _ in range(layers)
        )
        self.ends = Norm(d) if pre else nn.Identity()
        self.says = nn.Linear(d, symbols)

    def forward(self, X: Int[Tensor, "n T"]) -> Tensor:
        """Return the scores of all symbols at each place (n, T, symbols).

        Raises:
            ValueError: If there is no symbol, or more places than a table has.
        """
        check_symbols("X", X, self.says.out_features)
        seen = causal(X.shape[1], X.device) if self.masked else None
        Z = self.begins(X)
        for layer in self.layers:
            Z = layer(Z, seen)
        scores: Tensor = self.says(self.ends(Z))
        return scores


def drawn_reader(
    seed: int,
    symbols: int,
    d: int,
    h: int,
    layers: int,
    *settings: str,
    **named: bool | int,
) -> Reader:
    """Return a reader with the first weights of a seed; else as `Reader`."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Reader(symbols, d, h, layers, *settings, **named).float()  # type: ignore[arg-type]


def check_kind(kind: str) -> None:
    """Refuse ways to tell a place that there are not."""
    if kind not in KINDS:
        raise ValueError(f"places is {kind}: choose one of {', '.join(KINDS)}")
