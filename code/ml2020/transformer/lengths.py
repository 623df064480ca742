"""Lengths: say what stood a few places back, in sequences longer than any met before.

Synthetic: each symbol is one of ten, drawn anew.

Chapter: book/transformer_model.md
Source:  a task of this book
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Int
from torch import Tensor

from ml2020.rnn.seq2seq_pairs import PAST_THE_END
from ml2020.support.checks import check_at_least

SYMBOLS, BACK = 10, 3  # what there is; how far back it stood
SHORTEST, LONGEST = 6, 16  # places, while learning


class Echo(NamedTuple):
    """Symbols (n, T), and what stood BACK places before each, -100 where nothing."""

    X: Int[Tensor, "n T"]
    Y: Int[Tensor, "n T"]


def echoes(n: int, T: int, *, generator: torch.Generator | None = None) -> Echo:
    """Return n sequences of T symbols.

    Raises:
        ValueError: If n is below 1, or T so short that nothing stood there.
    """
    check_at_least("n", n, 1)
    check_at_least("T", T, BACK + 1)
    X = torch.randint(SYMBOLS, (n, T), generator=generator)
    Y = X.roll(BACK, dims=1)
    Y[:, :BACK] = PAST_THE_END
    return Echo(X, Y)


def short_ones(
    n: int, *, generator: torch.Generator | None = None
) -> Callable[[Callable[[Tensor], Tensor]], Tensor]:
    """Return the loss of a network on n new sequences, all of one length, at each call.

    Raises:
        ValueError: If n is below 1.
    """
    check_at_least("n", n, 1)

    def cost(model: Callable[[Tensor], Tensor]) -> Tensor:
        T = int(torch.randint(SHORTEST, LONGEST + 1, (), generator=generator))
        X, Y = echoes(n, T, generator=generator)
        return F.cross_entropy(model(X).flatten(0, 1), Y.flatten())

    return cost


@torch.no_grad()
def right_at_places(model: Callable[[Tensor], Tensor], echo: Echo) -> Tensor:
    """Return the share of right answers at each place that has one (T - BACK,)."""
    said = model(echo.X).argmax(dim=-1)
    return (said == echo.Y).double().mean(dim=0)[BACK:]
