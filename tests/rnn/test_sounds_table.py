"""The table of contexts: cuts by brute force, and what it says."""

import itertools
import math

import pytest

from ml2020.data.cmudict import Entry
from ml2020.rnn import Table, entries
from ml2020.rnn.sounds_cuts import aligned, evenly, likeliest, log_shares
from ml2020.rnn.sounds_table import context
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


def test_a_table_says_what_was_most_frequent_in_the_widest_known_context():
    cuts = [[("SH",), (), ("IH",), ("P",)], *(evenly(entry) for entry in WORDS[1:])]
    table = Table(WORDS, cuts, 2)
    assert table("ship") == ["SH", "IH", "P"]
    assert table("his") == ["HH", "IH", "Z"]
    assert table("si") == ["SH", "IH"]  # -si and si never met: s, the first of three
    assert table("si", 0) == ["SH", "IH"]
    assert table("iss", 1) == ["IH", "SH", "Z"]  # s- was met, and says Z or S
    assert table("q") == []
    assert table("his", 0) == ["IH", "SH"]  # h alone was silent first


def test_a_context_has_marks_beyond_the_ends():
    assert context("abc", 0, 4) == "--abc"
    assert context("abc", 2, 2) == "bc-"
    assert context("abc", 1, 0) == "b"


def test_an_odd_neighbour_is_one_more_at_the_right():
    assert context("abc", 1, 1) == "bc"
    assert context("abc", 0, 3) == "-abc"
    assert context("abc", 2, 1) == "c-"


def test_a_table_that_hears_asks_first_what_was_said_before():
    found = [Entry("ab", ("A", "B")), Entry("ab", ("A", "B")), Entry("ab", ("C", "D"))]
    cuts = [evenly(entry) for entry in found]
    asked = Entry("ab", ("A", "B"))
    assert Table(found, cuts, 0)(asked.word) == ["A", "B"]
    hears = Table(found, cuts, 0, hears=True)
    assert hears("ab") == ["A", "B"]
    assert hears.says["b", ("C",)] == ("D",)
    assert hears.says["b", None] == ("B",)
    found = [Entry("ab", ("A", "B")), Entry("cb", ("C", "D")), Entry("db", ("E", "B"))]
    hears = Table(found, [evenly(entry) for entry in found], 0, hears=True)
    assert hears("cb") == ["C", "D"]
    assert Table(found, [evenly(entry) for entry in found], 0)("cb") == ["C", "B"]
    assert hears("bb") == ["B", "B"]  # after B nothing was met: b alone


def test_words_that_say_more_than_letters_can_are_refused():
    refuses(
        aligned,
        r"^found(\[0\], '(ab)?', is no word: leave it out| is empty: give at least)",
        good=[[Entry("ab", ("K", "S", "T", "S"))]],
        bad=[[Entry("ab", ("K", "S", "T", "S", "K"))], [Entry("", ())], []],
    )
    refuses(
        lambda k: Table(WORDS, [evenly(entry) for entry in WORDS], k),
        "^widest is .*: give 0 or more$",
        good=[0],
        bad=[-1],
    )
    with pytest.raises(ValueError, match=r"^rounds is -1: give 0 or more"):
        aligned(WORDS, -1)


def test_chunks_of_other_words_and_contexts_not_counted_are_refused():
    cuts = [evenly(entry) for entry in WORDS]
    refuses(
        lambda chunks: Table(WORDS, chunks, 1),
        "^chunks are of other words: give one for each letter of found$",
        good=[cuts],
        bad=[cuts[:-1], [cuts[0][:-1], *cuts[1:]], []],
    )
    table = Table(WORDS, cuts, 1)
    refuses(
        lambda k: table("his", k),
        "^widest is .*: give 0 to 1$",
        good=[0, 1, None],
        bad=[-1, 2],
    )


def test_signs_that_are_no_letters_are_refused():
    strange = Entry("x-r", ("K", "S"))
    message = r"^(found|word)\[.\] is '(x-r|-s|It)': give letters a to z$"
    refuses(aligned, message, good=[WORDS], bad=[[*WORDS, strange]])
    refuses(
        lambda found: Table(found, [evenly(entry) for entry in found], 1),
        message,
        good=[WORDS],
        bad=[[*WORDS, strange]],
    )
    table = Table(WORDS, [evenly(entry) for entry in WORDS], 1)
    refuses(table, message, good=["s", ""], bad=["-s", "It"])
