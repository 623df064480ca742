"""Chain rule: a text's probability word by word, and guesses that belong to no text.

Chapter: book/pretraining_tasks.md
Source:  Radford et al. (2018), equation 1; that a masked model's guesses need not fit
         together: Young and You (2022), https://arxiv.org/abs/2301.00068
"""

from collections.abc import Callable
from itertools import product

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least


def log_p(
    reader: Callable[[Tensor], Tensor], X: Int[Tensor, "n T"]
) -> Float[Tensor, "n rest"]:
    """Return ln p of each symbol but the first, given all before it.

    Args:
        reader: Maps symbols (n, T) to scores of the next one (n, T, symbols), and lets
            no place see what comes after it.
        X: Texts, a row each, of two symbols or more.

    Raises:
        ValueError: If there is nothing to be foretold.
    """
    check_at_least("T", X.shape[1], 2)
    scores = reader(X[:, :-1]).log_softmax(dim=-1)
    return scores.gather(-1, X[:, 1:, None])[..., 0]


def all_texts(begin: int, symbols: int, length: int) -> Int[Tensor, "texts more"]:
    """Return every text of so many symbols after a beginning.

    Raises:
        ValueError: If there is no symbol, or no length.
    """
    check_at_least("symbols", symbols, 1)
    check_at_least("length", length, 1)
    rows = [[begin, *rest] for rest in product(range(symbols), repeat=length)]
    return torch.tensor(rows, dtype=torch.int64)


def log_odds_ratios(
    by_second: Float[Tensor, "2 2"], by_first: Float[Tensor, "2 2"]
) -> tuple[float, float]:
    """Return one number twice, if two tables of guesses belong to one joint table.

    With p(a, b) both are ln p(0,0) p(1,1) / (p(0,1) p(1,0)).

    Args:
        by_second: p of the first word a, in row a, given the second word b, in column
            b; up to a factor for each column.
        by_first: p of the second word b, in column b, given the first word a; up to a
            factor for each row.

    Raises:
        ValueError: If a number is not above 0.
    """
    check_guesses(by_second, by_first)
    ratios = []
    for table in (by_second, by_first):
        log = table.log()
        ratios.append(float(log[0, 0] + log[1, 1] - log[0, 1] - log[1, 0]))
    return ratios[0], ratios[1]


def check_guesses(by_second: Tensor, by_first: Tensor) -> None:
    """Refuse what has no odds."""
    for name, table in (("by_second", by_second), ("by_first", by_first)):
        if not (table > 0).all():
            raise ValueError(f"{name} has a number not above 0: give probabilities")
