"""Words as numbers, and their parts."""

import pytest

from ml2020.data.cmudict import PHONES, Entry
from ml2020.rnn import entries, in_phones, sound_pairs
from tests.refusals import refuses


def test_parts_are_16000_2000_and_2000_words_and_share_none():
    parts = [entries(part) for part in ("learn", "choose", "judge")]
    assert [len(part) for part in parts] == [16_000, 2000, 2000]
    assert len({entry.word for part in parts for entry in part}) == 20_000
    with pytest.raises(ValueError, match=r"^part is all: choose one of learn"):
        entries("all")


def test_letters_and_phones_become_their_numbers_and_39_says_stop():
    pairs = sound_pairs([Entry("abz", ("AA", "ZH")), Entry("z", ())])
    assert pairs.X.tolist() == [[0, 1, 25], [25, 0, 0]]
    assert pairs.Y.tolist() == [[0, 38, 39], [39, -100, -100]]
    assert in_phones([0, 38]) == "AA ZH"
    assert PHONES[0] == "AA"


def test_other_letters_and_other_phones_are_refused():
    refuses(
        lambda entry: sound_pairs([Entry("ok", ()), entry]),
        r"^found\[1\] (is .*: give letters a to z|sounds .*: give phones of PHONES)$",
        good=[Entry("no", ("N", "OW"))],
        bad=[Entry("No", ()), Entry("it's", ()), Entry("no", ("N", "OW1"))],
    )


def test_numbers_of_no_phone_are_refused():
    refuses(
        in_phones,
        "^symbols has (-1|39): give 0 to 38$",
        good=[[0, 38], []],
        bad=[[-1], [3, 39]],
    )
