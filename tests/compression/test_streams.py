"""Streams: what was told is heard again, in no more bytes than words of one length."""

import io

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml2020.compression.streams import gaps, places, read_stream, word_stream
from tests.refusals import refuses


@given(st.lists(st.integers(0, 400), max_size=30), st.booleans())
def test_a_stream_comes_back(symbols, huffman):
    data = word_stream(symbols, huffman=huffman)
    assert read_stream(io.BytesIO(data)) == symbols
    assert len(data) <= len(word_stream(symbols, huffman=False))


@given(st.lists(st.sampled_from([0, 1]), max_size=50), st.integers(0, 600))
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


def test_the_bytes_of_a_stream_by_hand():
    # Kind, count in four bytes, bits; then words of three bits, 0 to the left.
    assert word_stream([5, 0, 1], huffman=False) == b"\0\3\0\0\0\3" + b"\xa0\x80"
    assert word_stream([], huffman=True) == b"\0\0\0\0\0\1"
    # Kind, count, the last symbol, the size; a length each; 20 bits and 1 and 1.
    many = word_stream([0] * 90 + [1, 2], huffman=True)
    assert many == b"\1\x5c\0\0\0" + b"\2\0" + b"\x0c\0\0\0" + many[11:]
    assert (many[11:14], len(many)) == (b"\1\2\2", 14 + 12)


def test_refusals():
    refuses(word_stream, "^symbols are", good=[[0, 65_535]], bad=[[-1, 0], [65_536]])
    data = word_stream([5, 0, 1])
    refuses(
        lambda d: read_stream(io.BytesIO(d)),
        "^file ends",
        good=[data],
        bad=[data[:-1], data[:4], b""],
    )


def test_words_are_huffmans_unless_told_otherwise():
    symbols = [0] * 90 + [1, 2, 3]
    assert word_stream(symbols) == word_stream(symbols, huffman=True)
    assert len(word_stream(symbols)) < len(word_stream(symbols, huffman=False))
