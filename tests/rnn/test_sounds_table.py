"""The table of contexts: what it says, and by what it looks it up."""

from ml2020.data.cmudict import Entry
from ml2020.rnn import Table
from ml2020.rnn.sounds_cuts import evenly
from ml2020.rnn.sounds_table import context
from tests.refusals import refuses

WORDS = [
    Entry("ship", ("SH", "IH", "P")),
    Entry("his", ("HH", "IH", "Z")),
    Entry("pis", ("P", "IH", "S")),
    Entry("ax", ("AE", "K", "S")),
]


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


def test_a_width_below_0_is_refused():
    refuses(
        lambda k: Table(WORDS, [evenly(entry) for entry in WORDS], k),
        "^widest is .*: give 0 or more$",
        good=[0],
        bad=[-1],
    )


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
    refuses(
        lambda found: Table(found, [evenly(entry) for entry in found], 1),
        message,
        good=[WORDS],
        bad=[[*WORDS, strange]],
    )
    table = Table(WORDS, [evenly(entry) for entry in WORDS], 1)
    refuses(table, message, good=["s", ""], bad=["-s", "It"])
