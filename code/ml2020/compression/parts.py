"""Parts: tensors as bytes, each in the shortest of its forms, and back.

Chapter: book/compression_small.md
Source:  the ideas are those of Han, Mao and Dally (2016), sections 2 to 4, the layout
         is our own, https://arxiv.org/abs/1510.00149
"""

import io
import math
import struct
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from ml2020.compression.clusters import Coded
from ml2020.compression.streams import gaps, places, read_stream, taken, word_stream
from ml2020.compression.tables import (
    float_bytes,
    read_floats,
    read_table,
    table_bytes,
)

FLOATS, SPARSE_FLOATS, CODED, SPARSE_CODED = range(4)
MOST_PARTS, LARGEST_SIDE = 255, 65_535
Part = Tensor | Coded


def write(parts: Sequence[Part], *, huffman: bool = True) -> bytes:
    """Return the file: the shape of each part, and the shortest of its forms.

    A form is dense or sparse. A sparse one keeps the weights other than 0, and how many
    zeros stand before each.

    Args:
        parts: Tensors of float32, or weights as places in a table; 255 at most.
        huffman: Whether words may differ in length.

    Raises:
        ValueError: If there are too many parts, or one is not float32 or too large.
    """
    check_parts(parts)
    pieces = [bytes([len(parts)])]
    for part in parts:
        shape = (part.ids if isinstance(part, Coded) else part).shape
        pieces.append(struct.pack(f"<B{len(shape)}H", len(shape), *shape))
        pieces.append(min(forms(part, huffman), key=len))
    return b"".join(pieces)


def read(data: bytes) -> list[Tensor]:
    """Return the tensors of a file, equal to those that were written.

    Raises:
        ValueError: If the file ends too early, or says what no file says.
    """
    file = io.BytesIO(data)
    (count,) = taken(file, 1)
    return [read_part(file) for _ in range(count)]


def forms(part: Part, huffman: bool) -> Iterator[bytes]:
    """Yield the ways to keep a part."""
    if isinstance(part, Coded):
        w, ids = part.values.flatten().cpu(), part.ids.flatten().cpu()
        head = table_bytes(part.table.cpu())
        yield bytes([CODED]) + head + word_stream(ids.tolist(), huffman=huffman)
        kept = word_stream(ids[w != 0].tolist(), huffman=huffman)
        skipped = word_stream(gaps(w), huffman=huffman)
        yield bytes([SPARSE_CODED]) + head + skipped + kept
    else:
        w = part.detach().flatten().cpu()
        yield bytes([FLOATS]) + float_bytes(w)
        skipped = word_stream(gaps(w), huffman=huffman)
        yield bytes([SPARSE_FLOATS]) + skipped + float_bytes(w[w != 0])


def read_part(file: io.BytesIO) -> Tensor:
    """Return the next tensor."""
    (axes,) = taken(file, 1)
    shape = struct.unpack(f"<{axes}H", taken(file, 2 * axes))
    w = torch.zeros(math.prod(shape), dtype=torch.float32)
    (form,) = taken(file, 1)
    table = read_table(file) if form in (CODED, SPARSE_CODED) else None
    sparse = form in (SPARSE_FLOATS, SPARSE_CODED)
    full = places(read_stream(file)) if sparse else torch.arange(len(w))
    w[full] = (
        read_floats(file, len(full)) if table is None else table[read_stream(file)]
    )
    return w.view(shape)


def check_parts(parts: Sequence[Part]) -> None:
    """Refuse what the file has no room for.

    Raises:
        ValueError: If there are too many parts, or one is not float32 or too large.
    """
    if len(parts) > MOST_PARTS:
        raise ValueError(f"parts has {len(parts)}: give {MOST_PARTS} or fewer")
    for part in parts:
        w = part.table if isinstance(part, Coded) else part
        if w.dtype != torch.float32:
            raise ValueError(f"parts has one of {w.dtype}: give it as float32")
        shape = (part.ids if isinstance(part, Coded) else part).shape
        if max(shape, default=0) > LARGEST_SIDE:
            raise ValueError(f"parts has the shape {tuple(shape)}: cut it in pieces")
