"""Streams: symbols as words in bytes, of one length or Huffman's, and gaps of zeros.

Chapter: book/compression_small.md
Source:  the gaps are those of Han, Mao and Dally (2016), section 2, the layout is our
         own, https://arxiv.org/abs/1510.00149
"""

import io
import math
import struct
from collections import Counter
from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ml2020.compression.huffman import decode, encode, huffman_tree, lengths, words

FIXED, HUFFMAN = range(2)
RUN = 255  # as a gap: so many zeros, and no weight behind them
ABSENT = 255  # as a length: the symbol never comes
LARGEST = 65_535  # as a symbol


def word_stream(symbols: Sequence[int], *, huffman: bool = True) -> bytes:
    """Return symbols as words of a fixed length or, if shorter, those of Huffman.

    With the words of Huffman their lengths are kept, a byte a symbol.

    Args:
        symbols: From 0 to 65,535.
        huffman: Whether words may differ in length.

    Raises:
        ValueError: If a symbol is outside its range.
    """
    check_symbols(symbols)
    most, count = max(symbols, default=0), struct.pack("<I", len(symbols))
    bits = max(1, most.bit_length())
    plain = bytes([FIXED]) + count + bytes([bits]) + encode(symbols, fixed_words(bits))
    if not huffman or not symbols:
        return plain
    sizes = lengths(huffman_tree(dict(sorted(Counter(symbols).items()))))
    told = bytes(sizes.get(s, ABSENT) for s in range(most + 1))
    packed = encode(symbols, words(sizes))
    head = bytes([HUFFMAN]) + count + struct.pack("<HI", most, len(packed))
    return min(plain, head + told + packed, key=len)


def read_stream(file: io.BytesIO) -> list[int]:
    """Return the symbols of the next stream.

    Raises:
        ValueError: If the file ends too early, or its lengths are those of no tree.
    """
    kind, count = struct.unpack("<BI", taken(file, 5))
    if kind == FIXED:
        (bits,) = taken(file, 1)
        return decode(
            taken(file, math.ceil(count * bits / 8)), fixed_words(bits), count
        )
    most, size = struct.unpack("<HI", taken(file, 6))
    told = enumerate(taken(file, most + 1))
    code = words({s: length for s, length in told if length != ABSENT})
    return decode(taken(file, size), code, count)


def fixed_words(bits: int) -> dict[int, str]:
    """Return the words of all symbols with so many bits."""
    return {s: format(s, f"0{bits}b") for s in range(2**bits)}


def gaps(w: Float[Tensor, " n"]) -> list[int]:
    """Return how many zeros stand before each number that is not 0.

    255 says that so many zeros come, and no number behind them; what is left at the
    end is not told.
    """
    places = (w != 0).nonzero().flatten()
    found = []
    for gap in (places.diff(prepend=places.new_tensor([-1])) - 1).tolist():
        found += [RUN] * (gap // RUN) + [gap % RUN]
    return found


def places(told: Sequence[int]) -> Int[Tensor, " n"]:
    """Return where the numbers stand that are not 0, from the gaps before them."""
    gap = torch.tensor(told, dtype=torch.int64)
    ends = (gap + (gap != RUN)).cumsum(dim=0) - 1
    return ends[gap != RUN]


def taken(file: io.BytesIO, size: int) -> bytes:
    """Return the next bytes of a file.

    Raises:
        ValueError: If it has not as many.
    """
    data = file.read(size)
    if len(data) < size:
        raise ValueError(f"file ends {size - len(data)} bytes too early: give it whole")
    return data


def check_symbols(symbols: Sequence[int]) -> None:
    """Refuse symbols that a stream has no room for.

    Raises:
        ValueError: If one is below 0 or above 65,535.
    """
    if symbols and not 0 <= min(symbols) <= max(symbols) <= LARGEST:
        raise ValueError(f"symbols are outside 0 to {LARGEST}: use fewer values")
