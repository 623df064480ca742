"""Rivals of a reader: a recurrent network and a convolution that score each place.

Chapter: book/transformer_model.md
Source:  the GRU as torch has it; a convolution as in the lecture on it
"""

import torch
from jaxtyping import Int
from torch import Tensor, nn

from ml2020.support.checks import check_at_least, check_odd, check_symbols


class Recurrent(nn.Module):
    """A GRU that reads from the left, and scores at each place.

    Args:
        symbols: How many there are.
        m: Units, and numbers of a symbol.
    """

    def __init__(self, symbols: int, m: int) -> None:
        check_at_least("symbols", symbols, 1)
        check_at_least("m", m, 1)
        super().__init__()
        self.symbols = nn.Embedding(symbols, m)
        self.reads = nn.GRU(m, m, batch_first=True)
        self.says = nn.Linear(m, symbols)

    def forward(self, X: Int[Tensor, "n T"]) -> Tensor:
        """Return the scores of all symbols at each place (n, T, symbols).

        Raises:
            ValueError: If there is no symbol, or one is unknown.
        """
        check_symbols("X", X, self.says.out_features)
        scores: Tensor = self.says(self.reads(self.symbols(X))[0])
        return scores


class Convolution(nn.Module):
    """One convolution, a bend, and scores at each place.

    Args:
        symbols: How many there are.
        m: Filters, and numbers of a symbol.
        w: Places that a filter sees, odd.
    """

    def __init__(self, symbols: int, m: int, w: int) -> None:
        check_at_least("symbols", symbols, 1)
        check_at_least("m", m, 1)
        check_odd(w)
        super().__init__()
        self.symbols = nn.Embedding(symbols, m)
        self.sees = nn.Conv1d(m, m, w, padding=w // 2)
        self.says = nn.Linear(m, symbols)

    def forward(self, X: Int[Tensor, "n T"]) -> Tensor:
        """Return the scores of all symbols at each place (n, T, symbols).

        Raises:
            ValueError: If there is no symbol, or one is unknown.
        """
        check_symbols("X", X, self.says.out_features)
        scores: Tensor = self.says(torch.relu(self.sees(self.symbols(X).mT)).mT)
        return scores
