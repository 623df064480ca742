"""Orders: a language model that can say a sentence's tokens in any order.

Chapter: book/self_supervised.md
Source:  Yang et al. (2019), XLNet, equation 3, https://arxiv.org/abs/1906.08237; the
         small model, a table for each pair of places, is our own
"""

from collections.abc import Sequence
from itertools import permutations
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_shape, check_symbols


class Tables(NamedTuple):
    """Scores of a token at a place: its own, and those by each token that is seen."""

    own: Float[Tensor, "places tokens"]
    by: Float[Tensor, "places places tokens tokens"]  # who, seen place, its token, own


def drawn_tables(
    places: int, tokens: int, *, generator: torch.Generator | None = None
) -> Tables:
    """Return scores from a standard normal distribution: a model that knows nothing.

    Raises:
        ValueError: If a count is below 1.
    """
    check_at_least("places", places, 1)
    check_at_least("tokens", tokens, 1)
    sizes = (places, tokens), (places, places, tokens, tokens)
    own, by = (
        torch.randn(size, generator=generator, dtype=torch.float64) for size in sizes
    )
    return Tables(own, by)


def seen_by_order(order: Sequence[int]) -> Bool[Tensor, "T T"]:
    """Return who sees whom, row by row: each place those that come before it.

    Args:
        order: The place that is said first, second, and so on.

    Raises:
        ValueError: If it is no order of the places 0 to T - 1.
    """
    check_order(order)
    rank = torch.tensor(order).argsort()
    return rank[None, :] < rank[:, None]


def log_conditionals(
    model: Tables, tokens: Int[Tensor, " T"], seen: Bool[Tensor, "T T"]
) -> Float[Tensor, "T vocabulary"]:
    """Return ln of the probability of each token at each place, by what it may see.

    Raises:
        ValueError: If a token is unknown, or the shapes do not fit.
    """
    check_sentence(model, tokens)
    T = len(tokens)
    at = torch.arange(T)
    heard = model.by[at[:, None], at, tokens]  # (T, T, vocabulary)
    scores = model.own + (heard * seen[:, :, None]).sum(dim=1)
    return scores.log_softmax(dim=1)


def log_likelihood(
    model: Tables, tokens: Int[Tensor, " T"], order: Sequence[int]
) -> Float[Tensor, ""]:
    """Return ln of the probability of a sentence that is said in this order.

    Raises:
        ValueError: If the order is none, a token is unknown, or the sizes do not fit.
    """
    check_places(order, tokens)
    says = log_conditionals(model, tokens, seen_by_order(order))
    return says.gather(1, tokens[:, None]).sum()


def mean_likelihood(model: Tables, tokens: Int[Tensor, " T"]) -> Float[Tensor, ""]:
    """Return the probability of a sentence, averaged over all orders.

    Raises:
        ValueError: If a token is unknown, or the sizes do not fit.
    """
    orders = permutations(range(len(tokens)))
    found = [log_likelihood(model, tokens, order).exp() for order in orders]
    return torch.stack(found).mean()


def check_order(order: Sequence[int]) -> None:
    """Refuse what is no order.

    Raises:
        ValueError: If it is empty, or has not each place once.
    """
    if not len(order) or sorted(order) != list(range(len(order))):
        raise ValueError(f"order is {list(order)}: give each place from 0 on once")


def check_places(order: Sequence[int], tokens: Tensor) -> None:
    """Refuse an order of more or fewer places.

    Raises:
        ValueError: If it has not one for each token.
    """
    if len(order) != len(tokens):
        raise ValueError(f"order has {len(order)} places: give {len(tokens)}")


def check_sentence(model: Tables, tokens: Tensor) -> None:
    """Refuse a sentence that the tables do not know.

    Raises:
        ValueError: If a token is unknown, or the sizes do not fit.
    """
    places, known = model.own.shape
    check_shape("tokens", tokens, (places,))
    check_symbols("tokens", tokens, known)
