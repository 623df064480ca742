"""Costs: products, steps and paths of three layers that read a sequence.

Chapter: book/transformer_attention.md
Source:  Vaswani et al. (2017), table 1, https://arxiv.org/abs/1706.03762, with the
         matrices that the table leaves out
"""

from typing import NamedTuple

from ml2020.support.checks import check_at_least, check_odd


class Cost(NamedTuple):
    """What a layer costs.

    Attributes:
        products: Of two numbers each.
        steps: Those that have to wait for each other.
        path: How many steps or layers from the first place to the last.
    """

    products: int
    steps: int
    path: int


def attention_cost(T: int, d: int) -> Cost:
    """Return the cost of self-attention over T places of d numbers, with its matrices.

    The heads do not matter.

    Raises:
        ValueError: If a number is below 1.
    """
    check_sizes(T=T, d=d)
    return Cost(4 * T * d**2 + 2 * T**2 * d, 1, 1)


def recurrent_cost(T: int, d: int) -> Cost:
    """Return that of an Elman layer with d units.

    Raises:
        ValueError: If a number is below 1.
    """
    check_sizes(T=T, d=d)
    return Cost(2 * T * d**2, T, T)


def convolution_cost(T: int, d: int, w: int) -> Cost:
    """Return that of a convolution with d filters, w places wide, odd, padded.

    Raises:
        ValueError: If a number is below 1, or w even or 1.
    """
    check_sizes(T=T, d=d, w=w)
    check_odd(w)
    layers = -(-(T - 1) // (w // 2))  # rounded up
    return Cost(w * T * d**2, 1, layers)


def check_sizes(**sizes: int) -> None:
    """Refuse sizes below 1."""
    for name, size in sizes.items():
        check_at_least(name, size, 1)
