"""Discounting: a table of pairs that takes a little off each count, and shares it out.

Chapter: book/conditional_generation_sequence.md
Source:  Kneser and Ney (1995), https://doi.org/10.1109/ICASSP.1995.479394, in the
         interpolated form of Chen and Goodman (1999),
         https://doi.org/10.1006/csla.1999.0128
"""

import torch
from torch import Tensor

from ml2020.conditional_generation.steps import before
from ml2020.support.checks import check_below, check_filled


def discounted(W: Tensor, symbols: int, discount: float) -> Tensor:
    """Return the probability of each symbol after each other (symbols + 1, symbols).

    What is taken off goes to all symbols, in the ratio of how many different symbols
    each was seen after, and one for all.

    Args:
        W: What is counted (n, S).
        symbols: How many there are; the last row is that of the beginning.
        discount: What is taken off each count, above 0 and below 1.

    Raises:
        ValueError: If there is nothing to count, or the discount is none.
    """
    check_discounted(W, symbols, discount)
    told = before(W, symbols)
    pairs = torch.zeros(symbols + 1, symbols, dtype=torch.float64)
    ones = torch.ones(W.numel(), dtype=torch.float64)
    pairs.index_put_((told.flatten(), W.flatten()), ones, accumulate=True)
    often = pairs.sum(dim=1, keepdim=True)
    kept = (pairs - discount).clamp(min=0) / often.clamp(min=1)
    left = 1 - kept.sum(dim=1, keepdim=True)
    kinds = (pairs > 0).sum(dim=0).double() + 1
    return kept + left * kinds / kinds.sum()


def check_discounted(W: Tensor, symbols: int, discount: float) -> None:
    """Refuse to count nothing, symbols that there are not, and a discount that is none.

    Raises:
        ValueError: If there is nothing to count, or the discount is none.
    """
    check_filled("W", W, "symbol")
    check_below("W", W, symbols)
    if not 0 < discount < 1:
        raise ValueError(f"discount is {discount}: give one above 0 and below 1")
