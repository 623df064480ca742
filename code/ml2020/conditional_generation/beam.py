"""Beam search: keep the B best beginnings, not the best one.

Chapter: book/conditional_generation_tips.md
Source:  Sutskever, Vinyals and Le (2014), section 3.2, https://arxiv.org/abs/1409.3215;
         divided by a power of the length as Wu et al. (2016), section 7,
         https://arxiv.org/abs/1609.08144, without their 5; Lee (2020), conditional
         generation
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ml2020.support.checks import check_at_least

Next = Callable[[list[tuple[int, ...]]], Float[Tensor, "beginnings symbols"]]


class Found(NamedTuple):
    """An answer.

    Attributes:
        symbols: What is said, without the symbol that ends it.
        log_p: The logarithm of its probability.
        ended: Whether it was ended; if not, the limit cut it off.
    """

    symbols: tuple[int, ...]
    log_p: float
    ended: bool

    def worth(self, power: float) -> float:
        """Return log P, divided by a power of the length with its end."""
        return self.log_p / max(1, len(self.symbols) + self.ended) ** power


def beam_search(next_log_p: Next, width: int, most: int, power: float = 0.0) -> Found:
    """Return the best answer that was met.

    An answer that ends takes one of the places. So it is certain to be the best of all
    only with a width of all continuations, endings among them.

    Args:
        next_log_p: Maps beginnings to log P of each next symbol; the last one ends.
        width: How many beginnings are kept, 1 or more; with 1 it is greedy.
        most: The greatest number of symbols, 1 or more; what has not ended then is cut.
        power: Of the length by which log P is divided when answers are compared.

    Raises:
        ValueError: If a number is outside its range, or no symbol can follow.
    """
    check_at_least("width", width, 1)
    check_searched(most, power)
    beam, done = [Found((), 0.0, False)], []
    for _ in range(most):
        log_p = what_follows(next_log_p, beam)
        ahead = [
            Found((*b.symbols, k), b.log_p + p, False)
            for b, row in zip(beam, log_p.tolist(), strict=True)
            for k, p in enumerate(row)
            if p > -torch.inf
        ]
        ahead.sort(key=lambda found: -found.log_p)
        end, beam = log_p.shape[1] - 1, []
        for found in ahead[:width]:
            if found.symbols[-1] == end:
                done.append(Found(found.symbols[:-1], found.log_p, True))
            else:
                beam.append(found)
        if not beam:
            break
    return max(done or beam, key=lambda found: found.worth(power))


def what_follows(next_log_p: Next, beam: list[Found]) -> Tensor:
    """Return log P of each next symbol, a row for each beginning.

    Raises:
        ValueError: If there is no row for each, or one has NaN or no symbol.
    """
    log_p = next_log_p([b.symbols for b in beam])
    check_next(log_p, len(beam))
    return log_p


def best_of_all(next_log_p: Next, symbols: int, most: int, power: float = 0.0) -> Found:
    """Return the best answer there is, by trying all that end within a limit.

    Args:
        next_log_p: As for `beam_search`.
        symbols: How many there are, with the one that ends.
        most: The greatest number of symbols, with the one that ends.
        power: As for `beam_search`.

    Raises:
        ValueError: If a number is outside its range.
    """
    check_at_least("symbols", symbols, 2)
    check_searched(most, power)
    found: list[Found] = []
    going = [Found((), 0.0, False)]
    for _ in range(most):
        log_p = what_follows(next_log_p, going)
        if log_p.shape[1] != symbols:
            raise ValueError(f"symbols is {symbols}: give {log_p.shape[1]}")
        rows = log_p.tolist()
        found += [
            Found(b.symbols, b.log_p + row[symbols - 1], True)
            for b, row in zip(going, rows, strict=True)
        ]
        going = [
            Found((*b.symbols, k), b.log_p + p, False)
            for b, row in zip(going, rows, strict=True)
            for k, p in enumerate(row[: symbols - 1])
        ]
    return max(found, key=lambda f: f.worth(power))


def log_probability(next_log_p: Next, said: Sequence[int]) -> float:
    """Return log P of symbols, the first to the last: a sum over the steps."""
    return sum(
        next_log_p([tuple(said[:k])])[0, symbol].item() for k, symbol in enumerate(said)
    )


def check_searched(most: int, power: float) -> None:
    """Refuse searches for nothing.

    Raises:
        ValueError: If a number is outside its range.
    """
    check_at_least("most", most, 1)
    check_at_least("power", power, 0)


def check_next(log_p: Tensor, beginnings: int) -> None:
    """Refuse a step after which nothing can follow.

    Raises:
        ValueError: If there is no row for each beginning, or one has NaN or no symbol.
    """
    if len(log_p) != beginnings:
        raise ValueError(f"next_log_p gives {len(log_p)} rows: give {beginnings}")
    if log_p.isnan().any():
        raise ValueError("next_log_p gives NaN: give logarithms of probabilities")
    if (log_p == -torch.inf).all(dim=1).any():
        raise ValueError("next_log_p gives no symbol a chance: give one at least")
