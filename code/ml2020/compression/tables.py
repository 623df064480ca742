"""Tables: the values that the weights of a file share, listed or evenly spaced.

Chapter: book/compression_small.md
Source:  our own layout
"""

import io
import struct

import torch
from torch import Tensor

from ml2020.compression.streams import taken

LISTED, EVEN = range(2)


def table_bytes(table: Tensor) -> bytes:
    """Return a table: its step and the place of its 0, if that makes it again.

    Args:
        table: 1 to 65,536 numbers of float32.
    """
    k, zeros = len(table), (table == 0).nonzero().flatten().tolist()
    if len(zeros) == 1 < k:
        z = zeros[0]
        s = table[z + 1] if z + 1 < k else -table[z - 1]
        if torch.equal(s * (torch.arange(k) - z), table):
            return struct.pack("<HBfH", k - 1, EVEN, s.item(), z)
    return struct.pack("<HB", k - 1, LISTED) + float_bytes(table)


def read_table(file: io.BytesIO) -> Tensor:
    """Return the next table of a file.

    Raises:
        ValueError: If the file ends too early.
    """
    last, kind = struct.unpack("<HB", taken(file, 3))
    if kind == LISTED:
        return read_floats(file, last + 1)
    s, z = struct.unpack("<fH", taken(file, 6))
    return torch.tensor(s, dtype=torch.float32) * (torch.arange(last + 1) - z)


def float_bytes(w: Tensor) -> bytes:
    """Return four bytes for each number."""
    return struct.pack(f"<{len(w)}f", *w.tolist())


def read_floats(file: io.BytesIO, count: int) -> Tensor:
    """Return the next numbers of a file.

    Raises:
        ValueError: If it has not as many.
    """
    numbers = struct.unpack(f"<{count}f", taken(file, 4 * count))
    return torch.tensor(numbers, dtype=torch.float32)
