"""Huffman: no prefix code is shorter, and what was written is read again."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml2020.compression import (
    decode,
    encode,
    entropy_bits,
    huffman_tree,
    lengths,
    words,
)
from tests.refusals import refuses

COUNTS = st.dictionaries(st.integers(0, 300), st.integers(1, 1000), min_size=1)


def sizes_of(counts):
    return lengths(huffman_tree(counts))


def mean_length(counts):
    sizes, total = sizes_of(counts), sum(counts.values())
    return sum(n * sizes[s] for s, n in counts.items()) / total


def test_by_hand():
    counts = {0: 8, 1: 4, 2: 2, 3: 2}
    assert huffman_tree(counts) == (0, (1, (2, 3)))
    assert words(sizes_of(counts)) == {0: "0", 1: "10", 2: "110", 3: "111"}
    assert mean_length(counts) == entropy_bits(counts) == 1.75


@pytest.mark.parametrize(
    "counts", [(5, 1, 1, 1), (1, 1, 1, 1), (9, 5, 3, 2), (2, 3, 3, 4)]
)
def test_no_lengths_of_a_prefix_code_are_shorter(counts):
    counts = dict(enumerate(counts))
    total = sum(counts.values())
    least = math.inf
    for sizes in itertools.product(range(1, 5), repeat=len(counts)):
        if sum(2.0**-size for size in sizes) <= 1:  # Kraft
            mean = sum(n * size for n, size in zip(counts.values(), sizes, strict=True))
            least = min(least, mean / total)
    assert mean_length(counts) == pytest.approx(least)


@pytest.mark.equation("eq-compression-small-entropy")
@settings(max_examples=40)
@given(COUNTS)
def test_the_mean_length_is_within_a_bit_of_the_entropy(counts):
    H, L = entropy_bits(counts), mean_length(counts)
    assert H - 1e-9 <= L < H + 1


@settings(max_examples=40)
@given(COUNTS)
def test_no_word_begins_another(counts):
    found = sorted(words(sizes_of(counts)).values())
    for one, other in itertools.pairwise(found):
        assert not other.startswith(one)
    assert {s: len(w) for s, w in words(sizes_of(counts)).items()} == sizes_of(counts)


@settings(max_examples=40)
@given(COUNTS, st.randoms(use_true_random=False))
def test_what_was_written_is_read_again(counts, dice):
    code = words(sizes_of(counts))
    symbols = dice.choices(list(counts), k=dice.randrange(40))
    data = encode(symbols, code)
    assert decode(data, code, len(symbols)) == symbols
    assert len(data) == math.ceil(sum(len(code[s]) for s in symbols) / 8)


def test_equal_counts_give_words_of_one_length():
    assert set(sizes_of(dict.fromkeys(range(16), 7)).values()) == {4}


def test_one_symbol_needs_no_bit():
    assert words(sizes_of({5: 3})) == {5: ""}
    assert encode([5, 5], {5: ""}) == b""
    assert decode(b"", {5: ""}, 2) == [5, 5]
    assert entropy_bits({5: 3}) == 0


def test_leading_zeros_are_kept():
    code = {0: "0", 1: "1"}
    assert encode([0] * 9 + [1], code) == b"\x00\x40"
    assert encode([], code) == b""


def test_refusals():
    good = {0: 1, 1: 2}
    for call in (huffman_tree, entropy_bits):
        refuses(call, "^counts has", good=[good], bad=[{}, {0: 0}, {0: 1, 1: -1}])
    bad = [{}, {0: 1}, {0: 1, 1: 2}, {0: 1, 1: 1, 2: 1}]
    refuses(words, "^sizes are", good=[{0: 0}, {0: 1, 1: 1}], bad=bad[1:])
    code = words(sizes_of(good))
    refuses(lambda s: encode(s, code), "^symbols has", good=[[0, 1]], bad=[[0, 2], [3]])
    data = encode([0, 1, 0], code)
    refuses(lambda n: decode(data, code, n), "^data ends", good=[0, 3, 8], bad=[9])
    refuses(lambda n: decode(data, code, n), "^count is", good=[0], bad=[-1])
