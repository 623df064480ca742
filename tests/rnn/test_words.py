"""Words as rows of numbers."""

import pytest
import torch

from ml2020.rnn import letter_trigrams, one_of_n, trigram_place
from tests.refusals import refuses

KNOWN = ["arrive", "leave", "taipei"]


def test_each_word_has_its_place_and_all_others_share_the_last():
    rows = one_of_n(["taipei", "arrive", "gandalf", "sauron"], KNOWN)
    assert rows.tolist() == [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 1]]
    assert rows.dtype == torch.float32


def test_without_a_vocabulary_all_words_are_others():
    assert one_of_n(["a", "b"], []).tolist() == [[1], [1]]


def test_no_words_and_double_words_are_refused():
    refuses(
        lambda words: one_of_n(words, KNOWN),
        "^words is empty: give at least one word$",
        good=[["leave"]],
        bad=[[]],
    )
    refuses(
        lambda known: one_of_n(["leave"], known),
        "^vocabulary has a word twice: leave each there once$",
        good=[KNOWN],
        bad=[[*KNOWN, "leave"], ["a", "a"]],
    )


def test_the_trigrams_of_apple_are_app_ppl_and_ple():
    counts = letter_trigrams("apple")
    assert len(counts) == 17_576
    assert counts.sum() == 3
    assert all(counts[trigram_place(t)] == 1 for t in ("app", "ppl", "ple"))


def test_a_trigram_that_comes_twice_counts_twice():
    assert letter_trigrams("banana")[trigram_place("ana")] == 2


@pytest.mark.parametrize(
    ("trigram", "place"),
    [("aaa", 0), ("aab", 1), ("aba", 26), ("baa", 676), ("zzz", 17_575)],
)
def test_trigrams_are_in_order_of_the_alphabet(trigram, place):
    assert trigram_place(trigram) == place


def test_what_is_no_trigram_has_no_place():
    refuses(
        trigram_place,
        "^trigram is '[^']*': give three letters a to z$",
        good=["abc"],
        bad=["", "ab", "abcd", "Abc", "ab-"],
    )


def test_words_without_trigrams_are_refused():
    refuses(
        letter_trigrams,
        "^word (is 'ab?': give three letters or more|has '[^']+': leave only)",
        good=["abc"],
        bad=["ab", "a", "Abc", "a-b", "été"],
    )
