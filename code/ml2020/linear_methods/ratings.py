"""Ratings: who likes whom how much, by hidden tastes, and only partly known.

The rule: person i has K tastes p_i and character j has K traits q_j, each a normal
number divided by the fourth root of K, so that the variance of p_i q_j is 1. Person i
is generous by b_i and character j popular by c_j, normal with the standard deviation
`bias`. Then n_ij = mu + b_i + c_j + p_i q_j + noise, noise being normal; it is not
rounded. Each is known with the same chance, whatever it is.

Chapter: book/linear_methods_factors.md
Source:  our own; the model is that of Koren, Bell and Volinsky (2009)
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ml2020.support.checks import check_at_least, check_positive

MU = 3.0


class Ratings(NamedTuple):
    """All ratings, and which of them are known."""

    N: Float[Tensor, "people characters"]
    seen: Bool[Tensor, "people characters"]


def made_ratings(
    shape: tuple[int, int],
    tastes: int,
    known: float,
    bias: float = 0.5,
    noise: float = 0.3,
    *,
    generator: torch.Generator | None = None,
) -> Ratings:
    """Return ratings by the rule above.

    Args:
        shape: How many people and how many characters.
        tastes: K.
        known: The share that is known, above 0, at most 1. (Each person's first and
            each character's first are known in any case, so that nobody is unrated.)
        bias: The standard deviation of how generous and how popular.
        noise: That of what nothing explains.
        generator: The dice.

    Raises:
        ValueError: If a setting is out of range.
    """
    check_rule(shape, tastes, known)
    check_at_least("bias", bias, 0)
    check_at_least("noise", noise, 0)
    people, characters = shape

    def normal(*size: int) -> Tensor:
        return torch.randn(*size, generator=generator, dtype=torch.float64)

    P, Q = (normal(count, tastes) / tastes**0.25 for count in shape)
    b, c = bias * normal(people, 1), bias * normal(characters)
    N = MU + b + c + P @ Q.T + noise * normal(people, characters)
    seen = (
        torch.rand(people, characters, generator=generator, dtype=torch.float64) < known
    )
    longest = torch.arange(max(shape))
    seen[longest % people, longest % characters] = True
    return Ratings(N, seen)


def check_rule(shape: tuple[int, int], tastes: int, known: float) -> None:
    """Refuse a table without rows, tastes or ratings.

    Raises:
        ValueError: If it has none.
    """
    check_at_least("shape[0]", shape[0], 1)
    check_at_least("shape[1]", shape[1], 1)
    check_at_least("tastes", tastes, 1)
    check_positive("known", known)
    if known > 1:
        raise ValueError(f"known is {known}: give a share, at most 1")
