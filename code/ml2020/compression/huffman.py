"""Huffman: frequent symbols get short words, and no word begins another.

Chapter: book/compression_small.md
Source:  Huffman (1952), https://doi.org/10.1109/JRPROC.1952.273898; RFC 1951, 3.2.2
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from typing import Any

from ml2020.support.checks import check_at_least

Tree = int | tuple[Any, Any]  # a symbol, or two trees
LONGEST = 255  # bits of a word, whose length is kept in a byte


def huffman_tree(counts: Mapping[int, int]) -> Tree:
    """Return the tree: join the two rarest, and again, until all are one.

    Args:
        counts: How often each symbol comes, 1 or more. Ties: the older first.

    Raises:
        ValueError: If there is no symbol, or one never comes.
    """
    check_counted(counts)
    heap: list[tuple[int, int, Tree]] = [
        (count, age, symbol)  # of equal counts the older comes first
        for age, (symbol, count) in enumerate(counts.items())
    ]
    heapq.heapify(heap)
    for age in range(len(heap), 2 * len(heap) - 1):
        (rarest, _, left), (next_one, _, right) = (
            heapq.heappop(heap),
            heapq.heappop(heap),
        )
        heapq.heappush(heap, (rarest + next_one, age, (left, right)))
    return heap[0][2]


def lengths(tree: Tree, depth: int = 0) -> dict[int, int]:
    """Return how many bits the word of each symbol has: its depth in the tree."""
    if isinstance(tree, int):
        return {tree: depth}
    left, right = tree
    return lengths(left, depth + 1) | lengths(right, depth + 1)


def words(sizes: Mapping[int, int]) -> dict[int, str]:
    """Return the word of each symbol, of 0 and 1, from nothing but their lengths.

    Shorter words come first, equal ones in the order of the symbols, and each is the
    one before plus 1, with zeros behind as far as it is longer.

    Args:
        sizes: The lengths of the words of a tree.

    Raises:
        ValueError: If they are not those of a tree.
    """
    check_sizes(sizes)
    code, size, found = 0, 0, {}
    for symbol in sorted(sizes, key=lambda symbol: (sizes[symbol], symbol)):
        code <<= sizes[symbol] - size
        size = sizes[symbol]
        found[symbol] = format(code, f"0{size}b") if size else ""
        code += 1
    return found


def encode(symbols: Sequence[int], code: Mapping[int, str]) -> bytes:
    """Return the words of all symbols, one behind the other, in whole bytes.

    Raises:
        ValueError: If a symbol has no word.
    """
    check_coded(symbols, code)
    bits = "".join([code[symbol] for symbol in symbols])
    size = math.ceil(len(bits) / 8)
    return int(bits.ljust(8 * size, "0") or "0", 2).to_bytes(size, "big")


def decode(data: bytes, code: Mapping[int, str], count: int) -> list[int]:
    """Return the symbols of which bytes were made, as many as there were.

    Args:
        data: What `encode` has made.
        code: The word of each symbol.
        count: How many symbols, 0 or more.

    Raises:
        ValueError: If count is negative, or the bytes end before.
    """
    check_at_least("count", count, 0)
    symbol_of = {word: symbol for symbol, word in code.items()}
    found, word = ([symbol_of[""]] * count if "" in symbol_of else []), ""
    for bit in format(int.from_bytes(data, "big"), f"0{8 * len(data)}b"):
        if len(found) == count:
            break
        word += bit
        if word in symbol_of:
            found.append(symbol_of[word])
            word = ""
    if len(found) < count:
        raise ValueError(f"data ends after {len(found)} symbols: give all {count}")
    return found


def entropy_bits(counts: Mapping[int, int]) -> float:
    """Return the entropy, in bits: no code that can be read needs less on average.

    Raises:
        ValueError: If there is no symbol, or one never comes.
    """
    check_counted(counts)
    total = sum(counts.values())
    return -sum(n / total * math.log2(n / total) for n in counts.values())


def check_counted(counts: Mapping[int, int]) -> None:
    """Refuse symbols that a code cannot be made for.

    Raises:
        ValueError: If there is none, or one never comes.
    """
    if not counts or min(counts.values()) < 1:
        raise ValueError("counts has no symbol, or one that never comes: leave it out")


def check_sizes(sizes: Mapping[int, int]) -> None:
    """Refuse lengths that no tree has: the powers of a half add up to 1.

    Raises:
        ValueError: If they do not, or one is longer than a byte can say.
    """
    most = max(sizes.values(), default=0)
    if most > LONGEST or sum(2 ** (most - size) for size in sizes.values()) != 2**most:
        raise ValueError("sizes are not those of a tree: take them from `lengths`")


def check_coded(symbols: Sequence[int], code: Mapping[int, str]) -> None:
    """Refuse symbols without a word.

    Raises:
        ValueError: If there is one.
    """
    strange = set(symbols) - set(code)
    if strange:
        raise ValueError(f"symbols has {min(strange)} without a word: count it, too")
