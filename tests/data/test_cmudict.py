"""The words are those that were cut, each once, and sound as the dictionary says."""

import pytest

from ml2020.data import cmudict as module
from ml2020.data.cmudict import PHONES, cmudict


def test_there_are_20000_words_each_once():
    words = [entry.word for entry in cmudict()]
    assert len(words) == len(set(words)) == 20_000
    assert {len(word) for word in words} == set(range(3, 13))
    assert {letter for word in words for letter in word} == set(
        "abcdefghijklmnopqrstuvwxyz"
    )


def test_all_39_phones_and_no_others_come_up():
    assert len(PHONES) == 39
    assert PHONES == tuple(sorted(PHONES))
    assert {phone for entry in cmudict() for phone in entry.phones} == set(PHONES)


def test_some_words_sound_as_the_dictionary_says():
    sounds = {entry.word: " ".join(entry.phones) for entry in cmudict()}
    assert sounds["dismore"] == "D IH S M AO R"
    assert sounds["grady"] == "G R EY D IY"
    assert "evander" in sounds


def test_their_order_has_nothing_to_do_with_the_alphabet():
    words = [entry.word for entry in cmudict()]
    for part in (words[:2000], words[-2000:]):
        early = sum(word < "m" for word in part) / 2000
        assert early == pytest.approx(sum(w < "m" for w in words) / 20_000, abs=0.03)


def test_another_file_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SHA256", "0" * 64)
    with pytest.raises(ValueError, match=r"^cmudict.csv is not the committed file"):
        cmudict.__wrapped__()
