"""Discounting: a table of pairs that takes a little off each count, and shares it out.

Chapter: book/conditional_generation_sequence.md
Source:  absolute discounting, and with `kinds` Kneser and Ney (1995),
         https://doi.org/10.1109/ICASSP.1995.479394, in the interpolated form of Chen
         and Goodman (1999), https://doi.org/10.1006/csla.1999.0128
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.conditional_generation.steps import before
from ml2020.support.checks import check_below, check_filled


def pair_counts(W: Int[Tensor, "n S"], symbols: int) -> Float[Tensor, "before symbols"]:
    """Return how often each symbol comes after each other (symbols + 1, symbols).

    Args:
        W: What is counted.
        symbols: How many there are; the last row is that of the beginning.

    Raises:
        ValueError: If there is nothing to count, or a symbol that there is not.
    """
    check_filled("W", W, "symbol")
    check_below("W", W, symbols)
    told = before(W, symbols)
    pairs = torch.zeros(symbols + 1, symbols, dtype=torch.float64)
    ones = torch.ones(W.numel(), dtype=torch.float64)
    return pairs.index_put_((told.flatten(), W.flatten()), ones, accumulate=True)


def discounted(
    W: Int[Tensor, "n S"], symbols: int, discount: float, kinds: bool = False
) -> Float[Tensor, "before symbols"]:
    """Return the probability of each symbol after each other (symbols + 1, symbols).

    What is taken off goes to all symbols, in the ratio of how often each comes at all,
    and once more for each.

    Args:
        W: What is counted.
        symbols: How many there are; the last row is that of the beginning.
        discount: What is taken off each count, above 0 and below 1.
        kinds: Whether it goes in the ratio of how many *different* symbols each was
            seen after instead.

    Raises:
        ValueError: If there is nothing to count, or the discount is none.
    """
    check_discount(discount)
    pairs = pair_counts(W, symbols)
    often = pairs.sum(dim=1, keepdim=True)
    kept = (pairs - discount).clamp(min=0) / often.clamp(min=1)
    left = 1 - kept.sum(dim=1, keepdim=True)
    alone = ((pairs > 0).double() if kinds else pairs).sum(dim=0) + 1
    return kept + left * alone / alone.sum()


def check_discount(discount: float) -> None:
    """Refuse a discount that is none.

    Raises:
        ValueError: If it is not above 0 and below 1.
    """
    if not 0 < discount < 1:
        raise ValueError(f"discount is {discount}: give one above 0 and below 1")
