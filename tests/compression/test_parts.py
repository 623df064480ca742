"""Parts: what was written is read again, in the shortest form, each byte known."""

import math

import pytest
import torch

from ml2020.compression import Coded, affine, k_means, read, signs, write
from ml2020.compression.parts import forms
from tests.refusals import refuses


def weights(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def sparse(*shape, kept=0.1, seed=0):
    w = weights(*shape, seed=seed)
    return w * (w.abs() >= w.abs().flatten().quantile(1 - kept))


PARTS = [
    weights(3, 4),
    weights(1),
    weights(0, 3),
    sparse(40, 50, kept=0.02),
    torch.zeros(5, 200),
    k_means(weights(20, 30), 5),
    k_means(weights(20, 30), 1),
    affine(weights(7, 8), 8),
    affine(weights(70, 80), 2),
    affine(weights(9) + 5, 4),
    affine(torch.zeros(4, 2), 4),
    signs(weights(30, 3)),
    affine(sparse(50, 60), 4),
]


@pytest.mark.parametrize("huffman", [True, False])
def test_what_was_written_is_read_again(huffman):
    found = read(write(PARTS, huffman=huffman))
    assert len(found) == len(PARTS)
    for part, back in zip(PARTS, found, strict=True):
        assert torch.equal(part.values if isinstance(part, Coded) else part, back)
        assert back.dtype == torch.float32


def test_the_bytes_of_a_file_by_hand():
    # A byte for how many parts; of a matrix 1 + 2 * 2 for its shape, 1 for its form.
    assert len(write([weights(3, 4)])) == 1 + 5 + 1 + 4 * 12
    ids = torch.arange(16).view(4, 4)
    coded = Coded(ids, weights(16))
    # The table: 3 and the floats; the stream: kind, count, bits, four bits an id.
    assert len(write([coded])) == 1 + 5 + 1 + 3 + 64 + 6 + 8
    even = affine(weights(4, 4), 4)
    assert len(write([even], huffman=False)) == 1 + 5 + 1 + 3 + 6 + 6 + 8


def test_the_shortest_form_is_taken():
    for part in PARTS:
        sizes = [len(form) for form in forms(part, True)]
        shape = (part.ids if isinstance(part, Coded) else part).shape
        assert len(write([part])) == 1 + 1 + 2 * len(shape) + min(sizes)


def test_huffman_never_costs():
    for part in PARTS:
        assert len(write([part])) <= len(write([part], huffman=False))


def test_refusals():
    w = weights(2, 3)
    data = write([w, k_means(weights(9), 3)])
    refuses(read, "^file ends", good=[data], bad=[data[:-1], data[:1], b"", data[:9]])
    refuses(write, "^parts has 256", good=[[w] * 255], bad=[[w] * 256])
    refuses(write, "^parts has one of", good=[[w]], bad=[[w, w.double()], [w.double()]])
    big = [torch.zeros(65_535), torch.zeros(65_536)]
    refuses(lambda v: write([v]), "^parts has the shape", good=big[:1], bad=big[1:])


def test_nan_and_infinity_are_kept():
    back = read(write([torch.tensor([math.nan, math.inf, 0.0])]))[0]
    assert back[0].isnan()
    assert back[1] == math.inf
