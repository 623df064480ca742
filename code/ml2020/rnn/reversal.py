"""Reversal: say backwards what went in; whoever forgets a place cannot.

Synthetic: each symbol is one of ten, drawn anew.

Chapter: book/rnn_attention.md
Source:  a task of the kind of Grefenstette et al. (2015), section 4.1,
         https://arxiv.org/abs/1506.02516
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from ml2020.rnn.seq2seq_pairs import Pairs
from ml2020.support.checks import check_at_least, check_filled

SYMBOLS = 10  # that may stand anywhere; the number 10 says stop


def reversal_pairs(
    n: int, T: int, *, generator: torch.Generator | None = None
) -> Pairs:
    """Return n sequences of T symbols, and each of them backwards.

    Args:
        n: How many, 1 or more.
        T: How long, 1 or more.
        generator: Seed it to draw the same again.

    Raises:
        ValueError: If n or T is below 1.
    """
    check_at_least("n", n, 1)
    check_at_least("T", T, 1)
    X = torch.randint(SYMBOLS, (n, T), generator=generator)
    stop = torch.full((n, 1), SYMBOLS, dtype=torch.int64)
    Y = torch.cat([X.flip(1), stop], dim=1)
    return Pairs(X, torch.full((n,), T, dtype=torch.int64), Y)


def fresh_reversals(
    n: int, T: int, *, generator: torch.Generator | None = None
) -> Callable[[], Iterator[Pairs]]:
    """Return what gives batches of new sequences, without end.

    Raises:
        ValueError: If n or T is below 1.
    """
    check_at_least("n", n, 1)
    check_at_least("T", T, 1)

    def without_end() -> Iterator[Pairs]:
        while True:
            yield reversal_pairs(n, T, generator=generator)

    return without_end


def share_reversed(said: list[list[int]], pairs: Pairs) -> tuple[float, Tensor]:
    """Return the share of whole sequences said rightly, and of the symbols by place.

    Raises:
        ValueError: If not as many were said, or there is no pair.
    """
    check_said(said, pairs)
    T = pairs.X.shape[1]
    filled = torch.tensor(
        [(answer + [-1] * T)[:T] for answer in said], dtype=torch.int64
    )
    right = filled == pairs.Y[:, :T].cpu()
    ended = torch.tensor([len(answer) == T for answer in said], dtype=torch.bool)
    whole = right.all(dim=1) & ended
    return whole.double().mean().item(), right.double().mean(dim=0)


def check_said(said: list[list[int]], pairs: Pairs) -> None:
    """Refuse other answers than one for each sequence.

    Raises:
        ValueError: If there are not as many, or none.
    """
    check_filled("pairs.X", pairs.X, "pair")
    if len(said) != len(pairs.X):
        raise ValueError(f"said are {len(said)}, not {len(pairs.X)}: give as many")
