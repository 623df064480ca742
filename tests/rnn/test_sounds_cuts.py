"""Cuts of a word's phones: by brute force, and by hand."""

import itertools
import math

import pytest

from ml2020.data.cmudict import Entry
from ml2020.rnn import entries
from ml2020.rnn.sounds_cuts import aligned, evenly, likeliest, log_shares
from tests.refusals import refuses

WORDS = [
    Entry("ship", ("SH", "IH", "P")),
    Entry("his", ("HH", "IH", "Z")),
    Entry("pis", ("P", "IH", "S")),
    Entry("ax", ("AE", "K", "S")),
]


def test_an_even_cut_has_a_chunk_for_each_letter_and_all_phones_in_order():
    for entry in entries("learn")[:300]:
        cut = evenly(entry)
        assert len(cut) == len(entry.word)
        assert sum(cut, ()) == entry.phones
    assert evenly(Entry("ab", ("K", "S", "T"))) == [("K",), ("S", "T")]


def test_shares_are_logarithms_of_counts_by_letter():
    shares = log_shares(WORDS[:2], [[("SH",), (), ("IH",), ("P",)], evenly(WORDS[1])])
    assert shares["i", ("IH",)] == 0
    assert shares["s", ("SH",)] == pytest.approx(math.log(1 / 2))
    assert shares["h", ()] == pytest.approx(math.log(1 / 2))


def test_the_likeliest_cut_is_the_best_of_all_cuts():
    chunks = [evenly(entry) for entry in WORDS]
    shares = log_shares(WORDS, chunks)
    unseen = math.log(0.1 / len(shares))
    for entry in WORDS:
        scores = []
        for sizes in itertools.product(range(3), repeat=len(entry.word)):
            if sum(sizes) == len(entry.phones):
                ends = list(itertools.accumulate(sizes, initial=0))
                cut = [entry.phones[a:b] for a, b in itertools.pairwise(ends)]
                pairs = zip(entry.word, cut, strict=True)
                scores.append(sum(shares.get(pair, unseen) for pair in pairs))
        found = likeliest(entry, shares)
        assert sum(found, ()) == entry.phones
        pairs = zip(entry.word, found, strict=True)
        assert sum(shares.get(p, unseen) for p in pairs) == pytest.approx(max(scores))


def test_counting_and_cutting_finds_that_an_x_says_two_phones():
    found = entries("learn")[:1500]
    cuts = aligned(found, rounds=2)
    xs = [
        chunk
        for entry, cut in zip(found, cuts, strict=True)
        for letter, chunk in zip(entry.word, cut, strict=True)
        if letter == "x"
    ]
    assert xs.count(("K", "S")) > len(xs) / 2
    assert aligned(found[:5], rounds=0) == [evenly(entry) for entry in found[:5]]


def test_words_that_say_more_than_letters_can_are_refused():
    refuses(
        aligned,
        r"^found(\[0\], '(ab)?', is no word: leave it out| is empty: give at least)",
        good=[[Entry("ab", ("K", "S", "T", "S"))]],
        bad=[[Entry("ab", ("K", "S", "T", "S", "K"))], [Entry("", ())], []],
    )
    with pytest.raises(ValueError, match=r"^rounds is -1: give 0 or more"):
        aligned(WORDS, -1)


def test_signs_that_are_no_letters_are_refused():
    strange = Entry("x-r", ("K", "S"))
    message = r"^found\[.\] is 'x-r': give letters a to z$"
    refuses(aligned, message, good=[WORDS], bad=[[*WORDS, strange]])
