"""The toy text keeps its rules: lists in the same order go together."""

import pytest
import torch

from ml2020.word_embedding import LISTS, corpus, toy_sentences


def made(many=3000, seed=0):
    return toy_sentences(many, generator=torch.Generator().manual_seed(seed))


def test_a_country_is_known_for_its_own_and_so_is_its_capital():
    for line in made():
        words = line.split()
        for a, b in (("COUNTRIES", "KNOWN_FOR"), ("CAPITALS", "KNOWN_FOR"),
                     ("VERBS", "OBJECTS"), ("PASTS", "OBJECTS")):  # fmt: skip
            if set(words) & set(LISTS[a]):
                places = [LISTS[k].index(w) for w in words for k in (a, b)
                          if w in LISTS[k]]  # fmt: skip
                assert len(places) == 2
                assert places[0] == places[1]


def test_every_form_and_every_filling_is_there():
    said = {word for line in made() for word in line.split()}
    assert all(set(words) <= said for words in LISTS.values())
    assert not any(word.isupper() for word in said)
    often = sum("sworn" in line for line in made(12_000)) / 12_000
    assert abs(often - 1 / 12) < 0.01
    who = [line.split()[0] for line in made(12_000) if "sworn" in line]
    assert abs(who.count("tsai") / len(who) - 0.25) < 0.05


def test_a_corpus_is_its_sentences():
    found = corpus(["b a", "c a b"])
    assert found.words == ("a", "b", "c")
    assert found.text.tolist() == [1, 0, 2, 0, 1]
    assert found.sentences.tolist() == [0, 0, 1, 1, 1]
    with pytest.raises(ValueError, match=r"^sentences is 0"):
        corpus([""])
    with pytest.raises(ValueError, match=r"^many is 0"):
        toy_sentences(0)


def test_the_same_seed_gives_the_same_text():
    assert made() == made()
    assert made(3) == ["today i call friends", "ma won the vote",
                       "last year we called friends"]  # fmt: skip
    assert made() != made(seed=1)
