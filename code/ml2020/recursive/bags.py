"""Bags: how often can who knows the words, but not their order, be right at best?

Chapter: book/recursive.md
Source:  Bayes' rule, over all phrases of a height
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.recursive.language import DEGREES, SECOND, WORDS, meaning
from ml2020.recursive.trees import Tree
from ml2020.support.checks import check_at_least

BASE, HIGHEST = 64, 5  # a phrase of height 5 has at most 32 times one word
# a phrase of each degree: what is made of it shows what is made of all of its degree
OF_DEGREE: tuple[Tree, ...] = (("very", "bad"), "bad", "good", ("very", "good"))


class Bags(NamedTuple):
    """The bags of words of a height, and what they mean.

    Attributes:
        keys: Each bag as one number: its counts are its digits, of base 64.
        p: The probability of a bag and a degree together.
    """

    keys: Int[Tensor, " bags"]
    p: Float[Tensor, "bags 4"]


def merged(parts: list[Bags]) -> Bags:
    """Return the bags of several lists, each once, with their probabilities added."""
    every = torch.cat([part.keys for part in parts])
    keys, places = torch.unique(every, return_inverse=True)
    p = torch.zeros(len(keys), len(DEGREES), dtype=torch.float64)
    return Bags(keys, p.index_add_(0, places, torch.cat([part.p for part in parts])))


def bags_of(height: int) -> list[Bags]:
    """Return the bags of each height up to one, as `drawn_phrase` draws them.

    Args:
        height: 0 to 5; at 5 it takes minutes.

    Raises:
        ValueError: If it is negative, or greater.
    """
    check_height(height)
    key = {word: BASE**k for k, word in enumerate(WORDS)}
    start = torch.tensor([[0, 0, 0.5, 0], [0, 0.5, 0, 0]], dtype=torch.float64)
    words = torch.tensor([key["good"], key["bad"]], dtype=torch.int64)
    found = [Bags(words, start)]
    for h in range(1, height + 1):
        keys, p = found[-1]
        parts = []
        for word in ("not", "very"):
            turned = [place_of((word, phrase)) for phrase in OF_DEGREE]
            moved = torch.zeros_like(p).index_add_(
                1, torch.tensor(turned, dtype=torch.int64), p
            )
            parts.append(Bags(keys + key[word], moved / 4))
        lower = merged([Bags(bags.keys, bags.p / h) for bags in found])
        sums = (keys[:, None] + lower.keys).flatten()
        for word, second in SECOND.items():
            joined = torch.zeros(len(keys), len(lower.keys), 4, dtype=torch.float64)
            for x, first in enumerate(OF_DEGREE):
                for y, other in enumerate(OF_DEGREE):
                    v = place_of(((word, first), (second, other)))
                    joined[..., v] += p[:, None, x] * lower.p[:, y]
            both = Bags(sums + key[word] + key[second], joined.flatten(0, 1) / 4)
            parts.append(merged([both]))
        found.append(merged(parts))
    return found


def best_by_bag(bags: Bags) -> float:
    """Return the share that the best function of a bag gets right."""
    return float(bags.p.amax(dim=1).sum())


def place_of(phrase: Tree) -> int:
    """Return the place of a phrase's meaning among the degrees."""
    return DEGREES.index(meaning(phrase))


def check_height(height: int) -> None:
    """Refuse what is no height, and heights at which a digit would run over.

    Raises:
        ValueError: If it is one.
    """
    check_at_least("height", height, 0)
    if height > HIGHEST:
        raise ValueError(f"height is {height}: give at most {HIGHEST}")
