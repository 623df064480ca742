"""Stored: a network comes back out of its file, and no byte is unaccounted for."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from ml2020.compression import (
    Coded,
    affine,
    k_means,
    read,
    restored,
    signs,
    stored,
    write,
)
from ml2020.compression.parts import forms
from ml2020.compression.streams import gaps, places, read_stream, word_stream
from ml2020.compression.tables import table_bytes
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


@given(st.lists(st.integers(0, 400), max_size=60), st.booleans())
def test_a_stream_comes_back(symbols, huffman):
    import io

    data = word_stream(symbols, huffman=huffman)
    assert read_stream(io.BytesIO(data)) == symbols
    assert len(data) <= len(word_stream(symbols, huffman=False))


@given(st.lists(st.sampled_from([0, 1]), max_size=50), st.integers(0, 800))
def test_gaps_say_where_the_weights_are(bits, zeros):
    w = torch.tensor([*bits, *[0] * zeros, *bits]).float()
    told = gaps(w)
    assert max(told, default=0) <= 255
    assert places(told).tolist() == w.nonzero().flatten().tolist()


@pytest.mark.parametrize("gap", [0, 254, 255, 256, 509, 510, 511])
def test_gaps_of_any_length(gap):
    w = torch.cat([torch.zeros(gap), torch.ones(1)])
    assert places(gaps(w)).tolist() == [gap]
    assert len(gaps(w)) == 1 + gap // 255


def test_the_bytes_of_a_file_by_hand():
    # A byte for how many parts; of a matrix 1 + 2 * 2 for its shape, 1 for its form.
    assert len(write([weights(3, 4)])) == 1 + 5 + 1 + 4 * 12
    ids = torch.arange(16).view(4, 4)
    coded = Coded(ids, weights(16))
    # The table: 3 and the floats; the stream: kind, count, bits, four bits an id.
    assert len(write([coded])) == 1 + 5 + 1 + 3 + 64 + 6 + 8
    even = affine(weights(4, 4), 4)
    assert len(write([even], huffman=False)) == 1 + 5 + 1 + 3 + 6 + 6 + 8


def test_an_even_table_is_kept_as_two_numbers_and_no_other_is():
    assert len(table_bytes(affine(weights(99), 8).table)) == 9
    assert len(table_bytes(k_means(weights(99), 8).table)) == 3 + 32
    assert len(table_bytes(torch.zeros(4))) == 3 + 16
    assert len(table_bytes(torch.zeros(1))) == 3 + 4


def test_the_shortest_form_is_taken():
    for part in PARTS:
        sizes = [len(form) for form in forms(part, True)]
        shape = (part.ids if isinstance(part, Coded) else part).shape
        assert len(write([part])) == 1 + 1 + 2 * len(shape) + min(sizes)


def test_huffman_never_costs():
    for part in PARTS:
        assert len(write([part])) <= len(write([part], huffman=False))


def network():
    return nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 2))


def test_a_network_says_the_same_after_its_file():
    one, other = network(), network()
    coded = {"0.weight": k_means(one[0].weight, 4)}
    with torch.no_grad():
        one[0].weight.copy_(coded["0.weight"].values)
    data = stored(one, coded)
    back = restored(other, data)
    x = weights(3, 6)
    assert torch.equal(back(x), one(x))
    assert not torch.equal(other(x), one(x))
    assert len(data) < len(stored(one))


def test_refusals():
    w = weights(2, 3)
    data = write([w, k_means(weights(9), 3)])
    refuses(read, "^file ends", good=[data], bad=[data[:-1], data[:1], b"", data[:9]])
    refuses(write, "^parts has 256", good=[[w] * 255], bad=[[w] * 256])
    refuses(write, "^parts has one of", good=[[w]], bad=[[w, w.double()], [w.double()]])
    big = [torch.zeros(65_535), torch.zeros(65_536)]
    refuses(lambda v: write([v]), "^parts has the shape", good=big[:1], bad=big[1:])
    refuses(word_stream, "^symbols are", good=[[0, 65_535]], bad=[[-1, 0], [65_536]])
    model = network()
    code = k_means(w, 2)
    refuses(
        lambda n: stored(model, {n: code}), "^coded has", good=["0.weight"], bad=["1"]
    )
    own, strange = stored(model), stored(nn.Linear(6, 5))
    refuses(lambda d: restored(model, d), "^data is of", good=[own], bad=[strange])


def test_nan_and_infinity_are_kept():
    back = read(write([torch.tensor([math.nan, math.inf, 0.0])]))[0]
    assert back[0].isnan()
    assert back[1] == math.inf
