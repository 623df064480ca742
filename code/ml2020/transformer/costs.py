"""Costs: products, steps and paths of three layers that read a sequence.

Chapter: book/transformer_attention.md
Source:  Vaswani et al. (2017), table 1, https://arxiv.org/abs/1706.03762, with the
         matrices that the table leaves out
"""

from typing import NamedTuple

from ml2020.support.checks import check_at_least


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


def attention_cost(n: int, d: int) -> Cost:
    """Return the cost of self-attention over n places of d numbers, with its matrices.

    The heads do not matter.

    Raises:
        ValueError: If a number is below 1.
    """
    check_sizes(n=n, d=d)
    return Cost(4 * n * d**2 + 2 * n**2 * d, 1, 1)


def recurrent_cost(n: int, d: int) -> Cost:
    """Return that of an Elman layer with d units.

    Raises:
        ValueError: If a number is below 1.
    """
    check_sizes(n=n, d=d)
    return Cost(2 * n * d**2, n, n)


def convolution_cost(n: int, d: int, k: int) -> Cost:
    """Return that of a convolution with d filters, k places wide, odd, padded.

    Raises:
        ValueError: If a number is below 1, or k even or 1.
    """
    check_sizes(n=n, d=d, k=k)
    check_odd(k)
    layers = -(-(n - 1) // (k // 2))  # rounded up
    return Cost(k * n * d**2, 1, layers)


def check_sizes(**sizes: int) -> None:
    """Refuse sizes below 1."""
    for name, size in sizes.items():
        check_at_least(name, size, 1)


def check_odd(k: int) -> None:
    """Refuse windows without a middle, and those that see one place alone."""
    if k < 3 or k % 2 == 0:
        raise ValueError(f"k is {k}: choose an odd number, 3 or more")
