"""Circuits: parity from two layers of gates, and from a chain of XORs; counted.

Negations cost nothing, and a gate may have any number of inputs.

Chapter: book/why_deep.md
Source:  Lee (2020), why deep: the analogy of logic circuits
"""

import torch
from jaxtyping import Bool
from torch import Tensor

from ml2020.support.checks import check_at_least, check_filled, check_shape

MOST = 20  # bits: all rows of a table of so many still fit into memory


def bit_rows(bits: int) -> Bool[Tensor, "rows bits"]:
    """Return all rows of so many bits, in the order of the numbers that they write.

    Raises:
        ValueError: If there are fewer than 1 or more than 20 bits.
    """
    check_bits(bits)
    places = 2 ** torch.arange(bits - 1, -1, -1)
    return (torch.arange(2**bits)[:, None] & places) > 0


def parity(rows: Bool[Tensor, "rows bits"]) -> Bool[Tensor, " rows"]:
    """Return whether a row has an odd number of ones.

    Raises:
        ValueError: If there is no row or no bit.
    """
    check_filled("rows", rows, "row")
    return rows.sum(dim=1) % 2 == 1


def odd_terms(bits: int) -> Bool[Tensor, "terms bits"]:
    """Return the AND gates of the two-layer circuit for parity, a row for each.

    A gate takes the bit itself where its row is true, and the negated bit where not, so
    it says yes to one row of bits alone.

    Raises:
        ValueError: If there are fewer than 1 or more than 20 bits.
    """
    rows = bit_rows(bits)
    return rows[parity(rows)]


def and_or(
    rows: Bool[Tensor, "rows bits"], terms: Bool[Tensor, "terms bits"]
) -> tuple[Bool[Tensor, " rows"], int]:
    """Return what a layer of AND gates and one OR gate say of rows, and how many gates.

    Args:
        rows: The inputs.
        terms: What each AND gate takes, see `odd_terms`.

    Raises:
        ValueError: If there is no row, bit or term, or terms have other bits than rows.
    """
    check_terms(rows, terms)
    said = torch.zeros(len(rows), dtype=torch.bool)
    for term in terms:  # one by one: all at once they would fill the memory
        said |= (rows == term).all(dim=1)
    return said, len(terms) + 1


def xor_chain(
    rows: Bool[Tensor, "rows bits"],
) -> tuple[Bool[Tensor, " rows"], int]:
    """Return what a chain of XORs says of rows, and how many AND and OR gates it has.

    Raises:
        ValueError: If there is no row or no bit.
    """
    check_filled("rows", rows, "row")
    said, gates = rows[:, 0], 0
    for bit in rows[:, 1:].T:
        said = (said & ~bit) | (~said & bit)
        gates += 3  # two ANDs and an OR
    return said, gates


def check_terms(rows: Tensor, terms: Tensor) -> None:
    """Raise a ValueError where `and_or` says so."""
    check_filled("rows", rows, "row")
    check_filled("terms", terms, "term")
    check_shape("terms", terms, (len(terms), rows.shape[1]))


def check_bits(bits: int) -> None:
    """Refuse a number of bits of which no table can be made.

    Raises:
        ValueError: If it is below 1 or above 20.
    """
    check_at_least("bits", bits, 1)
    if bits > MOST:
        raise ValueError(f"bits is {bits}, the table has 2**bits rows: give {MOST}")
