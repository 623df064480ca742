"""Jigsaw: cut a picture into pieces, shuffle them, and ask in which order they lie.

Chapter: book/self_supervised.md
Source:  Noroozi and Favaro (2016), section 3.2 and algorithm 1,
         https://arxiv.org/abs/1603.09246
"""

import math
from itertools import permutations

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.support.checks import check_at_least, check_filled, check_symbols

MOST_PIECES = 9  # the paper's; all orders of more are too many to look through


def permutation_set(pieces: int, count: int) -> Int[Tensor, "count pieces"]:
    """Return orders that differ at as many places as possible, one after the other.

    The first is the identity. The next is always that whose places differ most often
    from those of all before it, summed up; of several the first in the dictionary.

    Args:
        pieces: Of the puzzle, 2 to 9.
        count: How many orders, 2 or more, at most as many as there are.

    Raises:
        ValueError: If a number is out of range.
    """
    check_pieces(pieces, count)
    orders = torch.tensor(list(permutations(range(pieces))), dtype=torch.int64)
    chosen, total = [0], torch.zeros(len(orders), dtype=torch.int64)
    while len(chosen) < count:
        total = total + (orders != orders[chosen[-1]]).sum(dim=1)
        total[chosen] = -1
        chosen.append(int(total.argmax()))
    return orders[chosen]


def cut(x: Float[Tensor, "n 1 side side"], grid: int) -> Float[Tensor, "n pieces a a"]:
    """Return the pieces of each picture, row by row.

    Args:
        x: Pictures whose side is a multiple of the grid.
        grid: Pieces along a side, 1 or more.

    Raises:
        ValueError: If there is no picture, or it cannot be cut so.
    """
    check_cut(x, grid)
    a = x.shape[-1] // grid
    rows = x.reshape(len(x), grid, a, grid, a)
    return rows.transpose(2, 3).reshape(len(x), grid**2, a, a)


def joined(
    pieces: Float[Tensor, "n pieces a a"], grid: int
) -> Float[Tensor, "n 1 side side"]:
    """Return the pictures that these pieces make, row by row.

    Raises:
        ValueError: If there is no picture, or not as many pieces as the grid asks for.
    """
    check_filled("pieces", pieces, "piece")
    n, count, a, _ = pieces.shape
    if count != grid**2:
        raise ValueError(f"pieces are {count} a picture: give {grid**2}")
    rows = pieces.reshape(n, grid, grid, a, a).transpose(2, 3)
    return rows.reshape(n, 1, grid * a, grid * a)


def shuffled(
    x: Float[Tensor, "n 1 side side"],
    orders: Int[Tensor, "count pieces"],
    which: Int[Tensor, " n"],
) -> Float[Tensor, "n 1 side side"]:
    """Return each picture with its pieces in one of the orders.

    Args:
        x: Pictures.
        orders: Place k gets piece orders[., k].
        which: The order of each picture.

    Raises:
        ValueError: If the pictures cannot be cut into as many squares, or there is no
            such order.
    """
    check_symbols("which", which, len(orders))
    grid = math.isqrt(orders.shape[1])
    rows = torch.arange(len(x))[:, None]
    return joined(cut(x, grid)[rows, orders[which]], grid)


def check_pieces(pieces: int, count: int) -> None:
    """Refuse more orders than there are, and puzzles that are too large.

    Raises:
        ValueError: If a number is out of range.
    """
    check_at_least("pieces", pieces, 2)
    check_at_least("count", count, 2)
    if pieces > MOST_PIECES:
        raise ValueError(f"pieces is {pieces}: give {MOST_PIECES} at most")
    if count > math.factorial(pieces):
        orders = math.factorial(pieces)
        raise ValueError(f"count is {count}: {pieces} pieces have {orders} orders")


def check_cut(x: Tensor, grid: int) -> None:
    """Refuse pictures that cannot be cut into equal squares.

    Raises:
        ValueError: If there is none, or its side is no multiple of the grid.
    """
    check_filled("x", x, "picture")
    check_at_least("grid", grid, 1)
    if x.shape[-1] % grid:
        raise ValueError(f"grid is {grid}: give a divisor of {x.shape[-1]} dots")
